using Fairlead.Models.RowSteps;

namespace Fairlead.Data.Cleaning;

/// <summary>Row steps by the names that outcomes show.</summary>
internal static class StepNames
{
    public static string Of(RowStep step) => step switch
    {
        TrimStep => "trim",
        MissingStep => "missing",
        NormaliseStep => "normalise",
        MaskStep => "mask",
        PseudonymStep => "pseudonym",
        SyntheticStep => "synthetic",
        GeneraliseStep => "generalise",
        CastStep => "cast",
        CaseStep => "case",
        MapStep => "map",
        ParseNumberStep => "parse_number",
        ParseDateStep => "parse_date",
        ClipStep => "clip",
        SplitStep => "split",
        JoinStep => "join",
        DeriveStep => "derive",
        ImputeStep or GroupImputeStep or ModelImputeStep or ClassImputeStep => "impute",
        _ => step.GetType().Name,
    };
}
