using System.Globalization;
using System.Security.Cryptography;
using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Inference;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Projects;

/// <summary>Something <see cref="NewProject"/> was not sure about. It assumed an answer; a caller with a terminal may ask and run again.</summary>
/// <param name="About">target, task or positive: the field of the request that answers it.</param>
/// <param name="Assumed">What was taken.</param>
public sealed record NewProjectQuestion(string About, string Text, IReadOnlyList<string> Choices, string Assumed);

/// <summary>Makes a project from a data file: infers what it can, writes a commented <c>fairlead.yaml</c>, and asks nothing.</summary>
public static class NewProject
{
    /// <param name="Name">The project's name.</param>
    /// <param name="Data">The data file, or the address to fetch it from: the project names the address, with the checksum of what came.</param>
    /// <param name="Target">Column to predict. Null: a guess is made and reported as a question.</param>
    /// <param name="Folder">The project folder; null: a folder of the project's name in the current one.</param>
    /// <param name="Positive">Binary: the class of interest; null: inferred.</param>
    /// <param name="Task">Null: inferred.</param>
    /// <param name="SplitTime">Deal the rows by time: the date column whose newest fifth is the exam.</param>
    /// <param name="CopyData">Copies the data file into the folder.</param>
    /// <param name="Question">The question in plain words; null: made from the target.</param>
    /// <param name="Says">How each class is said; null: made from the target.</param>
    /// <param name="Id">The project's id; null: drawn.</param>
    public sealed record Request(
        string Name,
        string Data,
        string? Target,
        string? Folder = null,
        string? Positive = null,
        ModelTask? Task = null,
        string? SplitTime = null,
        bool CopyData = false,
        string? Question = null,
        IReadOnlyDictionary<string, string>? Says = null,
        string? Id = null);

    /// <param name="Project">As the file reads.</param>
    /// <param name="Text">The file.</param>
    /// <param name="Questions">What was assumed without being sure.</param>
    /// <param name="Notes">What a person should know, such as suspected leaks, a line each.</param>
    public sealed record Outcome(string Folder, ProjectFile Project, string Text, IReadOnlyList<NewProjectQuestion> Questions, IReadOnlyList<string> Notes);

    /// <summary>Infers and writes.</summary>
    /// <exception cref="FaultException">The name, the data or the target can't be used, or the folder already has a project.</exception>
    public static Outcome Run(Request request, CancellationToken cancel = default)
    {
        var outcome = Infer(request, cancel);
        try
        {
            Directory.CreateDirectory(outcome.Folder);
            if (request.CopyData)
            {
                File.Copy(request.Data, Path.Combine(outcome.Folder, Path.GetFileName(request.Data)), overwrite: false);
            }

            DurableFile.Write(Path.Combine(outcome.Folder, ProjectFile.FileName), outcome.Text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(outcome.Folder, $"The project can't be written: {exception.Message}", "Give write access, free some space, or name another folder with --folder.");
        }

        return outcome;
    }

    /// <summary>Infers and writes nothing.</summary>
    /// <exception cref="FaultException">As <see cref="Run"/>.</exception>
    public static Outcome Infer(Request request, CancellationToken cancel = default)
    {
        var folder = Path.GetFullPath(request.Folder ?? request.Name);
        CheckRequest(request, folder);
        var source = SourceReader.Open(request.Data);
        if (Sources.ColumnFaults.OfProject($"{source.Path}:1", source.Columns).ToList() is [_, ..] tooMany)
        {
            throw new FaultException(tooMany);
        }

        var sample = SourceSample.Load(source, cancel);
        var questions = new List<NewProjectQuestion>();
        var target = InferredTarget.Of(TargetOf(request, sample, questions), request.Task, request.Positive);
        questions.AddRange(target.Questions);
        var columns = sample.Columns.Where(c => c != target.Sample).Select(InferredColumn.Of).ToList();
        cancel.ThrowIfCancellationRequested();

        var copies = sample.CopiedRows();
        var key = columns.FirstOrDefault(c => c.Kind == ColumnKind.Id && sample.IsKey(c.Sample, copies));
        var strongest = LeakSuspects.Mark(columns, target);
        var time = columns.Where(c => c.Kind == ColumnKind.Date && c.IsFeature).ToList() is [var only] ? only.Name : null;
        var (split, splitNotes) = SplitProposal.Of(request.SplitTime, columns, target.Sample.Name, key?.Name);
        var (checks, checkRemarks) = CheckProposals.Of(columns, target, key?.Name, sample.Rows, copies);
        var thing = Naming.ThingOf(key?.Name);
        var says = request.Says ?? Says(target);
        var project = new ProjectFile
        {
            Folder = folder,
            Project = request.Name,
            Id = request.Id ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)),
            Question = request.Question ?? Naming.Question(
                target.Sample.Name, thing, target.Task, target.Positive, target.Classes.FirstOrDefault(c => c != target.Positive), target.Positive is null ? null : says.GetValueOrDefault(target.Positive)),
            Sources = [request.CopyData ? Path.GetFileName(request.Data) : SourceDownload.IsAddress(request.Data) ? request.Data : RelativeInside(folder, source.Path)],
            Checksums = SourceDownload.IsAddress(request.Data) ? [Checksum(source.Path)] : [],
            Key = key?.Name,
            Time = request.SplitTime ?? time,
            Target = target.Sample.Name,
            Task = target.Task,
            Positive = target.Positive,
            Unit = target.Task == ModelTask.Regression ? Naming.LabelOf(target.Sample.Name).Unit : null,
            Wording = new Wording(thing, key?.Name, says),
            Columns = [.. columns.Select(c => c.ToProject())],
            RowSteps = RowSteps(columns, target),
            TableSteps = copies > 0 ? [new DropDuplicatesStep([])] : [],
            Checks = checks,
            Split = split,
            Training = new TrainingRule(TrainingRule.DefaultSeconds, null, 1),
            Gates = [new GateRule("not worse than champion", ""), new GateRule("cases pass", ""), new GateRule("checks pass", "")],
        };
        var notes = new ProjectNotes(target.Remarks, ColumnRemarks(columns, strongest), CleanRemarks(columns, copies, sample.Rows), checkRemarks, splitNotes);
        var text = ProjectFileWriter.Text(project, notes);
        return new Outcome(folder, ProjectFileReader.Parse(text, folder), text, questions, [.. source.Notes, .. Summary(columns, copies)]);
    }

    private static void CheckRequest(Request request, string folder)
    {
        var faults = new List<Fault>();
        if (!ProjectFileReader.IsName(request.Name))
        {
            var slug = string.Concat(request.Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
            faults.Add(new Fault("NAME", $"\"{request.Name}\" is not a project name: it is also the model's name on the wire.", $"Use 1 to 63 of a-z, 0-9 and -, starting with a letter{(ProjectFileReader.IsName(slug) ? $", such as {slug}" : "")}."));
        }

        if (File.Exists(Path.Combine(folder, ProjectFile.FileName)))
        {
            faults.Add(new Fault(Path.Combine(folder, ProjectFile.FileName), "There is already a project in this folder.", "Edit its file, or name another folder with --folder."));
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults, wrongUse: faults[0].Where == "NAME");
        }
    }

    private static ColumnSample TargetOf(Request request, SourceSample sample, List<NewProjectQuestion> questions)
    {
        var names = sample.Columns.Select(c => c.Name).ToList();
        if (request.Target is { } name)
        {
            return sample.Columns.FirstOrDefault(c => c.Name == name) ?? throw new FaultException(
                Path.GetFileName(request.Data), $"There is no column \"{name}\" to predict.",
                $"Its columns: {string.Join(", ", names.Take(60))}{(names.Count > 60 ? ", …" : "")}.{NearestName.Hint(name, names)}");
        }

        string[] usual = ["target", "label", "class", "y", "outcome", "churn", "default", "late", "spam"];
        var guess = sample.Columns.FirstOrDefault(c => usual.Contains(c.Name.ToLowerInvariant())) ?? sample.Columns[^1];
        questions.Add(new("target", "Which column should be predicted?", names, guess.Name));
        return guess;
    }

    private static Dictionary<string, string> Says(InferredTarget target)
    {
        var says = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] yes = ["yes", "true", "1", "y", "t"], no = ["no", "false", "0", "n", "f"];
        if (target.Task == ModelTask.Binary && yes.Contains(target.Positive!.ToLowerInvariant()) && target.Classes.Any(c => no.Contains(c.ToLowerInvariant())))
        {
            var (positive, negative) = Naming.Phrases(target.Sample.Name);
            var label = Naming.LabelOf(target.Sample.Name).Label.ToLowerInvariant();
            var other = target.Classes.First(c => c != target.Positive);
            says[target.Positive] = positive.Length > 0 ? positive : $"probably has {label} {target.Positive}";
            says[other] = negative.Length > 0 ? negative : $"probably has {label} {other}";
        }
        else if (target.Classes.Count <= 12)
        {
            var isNumeric = target.Classes.All(c => !double.IsNaN(ColumnSample.NumberOf(c)));
            var label = Naming.LabelOf(target.Sample.Name).Label.ToLowerInvariant();
            foreach (var name in isNumeric ? target.Classes.OrderBy(ColumnSample.NumberOf) : target.Classes.Order(StringComparer.Ordinal))
            {
                says[name] = isNumeric ? $"probably has {label} {name}" : $"is probably {name}";
            }
        }

        return says;
    }

    private static List<RowStep> RowSteps(IReadOnlyList<InferredColumn> columns, InferredTarget target)
    {
        var targetKind = target.Task == ModelTask.Regression ? ColumnKind.Number : ColumnKind.Category;
        List<RowStep> steps = [.. columns.Select(c => new TrimStep(c.Name)), new TrimStep(target.Sample.Name)];
        steps.AddRange(columns.Where(c => c.MissingMarks.Count > 0).Select(c => new MissingStep(c.Name, c.MissingMarks)));
        if (target.MissingMarks.Count > 0)
        {
            steps.Add(new MissingStep(target.Sample.Name, target.MissingMarks));
        }

        steps.AddRange(columns.Where(c => c.Spellings.Count > 0 && c.IsFeature).Select(c => new NormaliseStep(c.Name, c.Spellings)));
        if (target.Spellings.Count > 0)
        {
            steps.Add(new NormaliseStep(target.Sample.Name, target.Spellings));
        }

        steps.AddRange(columns.Where(c => c.Protection == Protection.Mask).Select(c => new MaskStep(c.Name)));
        steps.AddRange(columns.Where(c => c.Kind is ColumnKind.Number or ColumnKind.Date).Select(c => new CastStep(c.Name, c.Kind, c.Format)));
        if (targetKind == ColumnKind.Number)
        {
            steps.Add(new CastStep(target.Sample.Name, targetKind));
        }

        return steps;
    }

    private static Dictionary<string, string> ColumnRemarks(IReadOnlyList<InferredColumn> columns, string? strongest)
    {
        var remarks = columns.Where(c => c.Remark is not null && c.Ignore is null).ToDictionary(c => c.Name, c => c.Remark!, StringComparer.Ordinal);
        if (strongest is not null)
        {
            var (name, remark) = (strongest[..strongest.IndexOf('\n', StringComparison.Ordinal)], strongest[(strongest.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
            remarks[name] = remarks.TryGetValue(name, out var first) ? $"{first}; {remark}" : remark;
        }

        return remarks;
    }

    private static Dictionary<string, string> CleanRemarks(IReadOnlyList<InferredColumn> columns, long copies, long rows)
    {
        var remarks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in columns.Where(c => c.Spellings.Count > 0))
        {
            var touched = column.Sample.CountOf(v => column.Spellings.TryGetValue(SpellingClusters.AsciiLower(v), out var name) && name != v);
            remarks[column.Name] = string.Create(CultureInfo.InvariantCulture, $"{touched} rows");
        }

        if (copies > 0)
        {
            remarks["drop duplicates"] = string.Create(CultureInfo.InvariantCulture, $"{copies} of {rows} rows are copies of another");
        }

        return remarks;
    }

    private static IEnumerable<string> Summary(IReadOnlyList<InferredColumn> columns, long copies)
    {
        foreach (var column in columns.Where(c => c.Ignore is not null))
        {
            yield return $"{column.Name} is left out: {column.Ignore}";
        }

        foreach (var column in columns.Where(c => c.Protection != Protection.None))
        {
            yield return $"{column.Name}: personal data ({column.Remark}), {(column.Protection == Protection.Drop ? "left out of everything" : "masked")}";
        }

        foreach (var column in columns.Where(c => c.Listed is not null && c.IsFeature))
        {
            yield return $"{column.Name}: the file lists none of its values, among which are {column.Listed}; say what happens to them with \"personal:\"";
        }

        if (copies > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{copies} {(copies == 1 ? "row is a copy" : "rows are copies")} of another");
        }
    }

    /// <summary>SHA-256 of a file that was fetched, as the server sent it.</summary>
    private static string Checksum(string path)
    {
        using var file = FetchedFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Relative with forward slashes when the file lies inside the folder, full otherwise.</summary>
    private static string RelativeInside(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, path);
        return Path.IsPathRooted(relative) || relative.Split('/', '\\')[0] == ".." ? path : relative.Replace('\\', '/');
    }
}
