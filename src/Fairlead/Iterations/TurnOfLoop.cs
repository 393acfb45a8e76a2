using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Fairlead.Customers;
using Fairlead.Customers.Causes;
using Fairlead.Data;
using Fairlead.Data.Selecting;
using Fairlead.Evaluation;
using Fairlead.Evaluation.Cases;
using Fairlead.Iterations.Labels;
using Fairlead.Iterations.Prices;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Scoring;
using Fairlead.Packaging;
using Fairlead.Projects;
using Fairlead.Releases;
using Fairlead.Training;
using Fairlead.Workspace;

namespace Fairlead.Iterations;

/// <summary>The steps of one turn, in order.</summary>
internal sealed class TurnOfLoop(
    WorkspaceFolder workspace, ProjectFile project, TrainingRule budget, Iterate.RunSearch search, IProgress<LoopEvent>? progress, CancellationToken cancel)
{
    private readonly StepRunner _steps = new(workspace, progress);
    private readonly BlobStore _blobs = workspace.Blobs;
    private IReadOnlyList<Repair> _repairs = [];
    private Dataset? _rows;
    private DatasetVersion? _data;
    private ModelPackage? _package;

    public async Task<Iteration> RunAsync(Stopwatch watch, Action<Iteration>? early)
    {
        var earlier = IterationRecords.List(workspace.Records, project.Id);
        var raw = await IngestStep.RunAsync(_steps, workspace, project, cancel);
        var data = _data = await CleanAsync(raw);
        var found = await SearchAsync(data);

        var newest = earlier.Count == 0 ? null : earlier[^1];
        var same = newest is not null && newest.Search.Model == found.Model && newest.Data.Id == data.Id;
        var champion = same ? ChampionOf(newest!, earlier) : Champion(earlier);
        var evaluation = await EvaluateAsync(data, found, champion);
        var package = await PackageAsync(data, found, evaluation);
        var gates = await GatesAsync(data, evaluation, await CasesAsync(data, found, package));
        var before = same ? earlier.LastOrDefault(i => i.Number < newest!.Number && i.Search.Model != found.Model) : newest;
        var report = await TurnAsync(before, data, found, evaluation, package);
        var labels = await LabelsAsync(data, found);
        var prices = await PricesAsync(data, labels, evaluation);
        var commit = ProjectCommit.Of(project.Folder);

        // The image may wait minutes for its server on a new machine: the answers are there before.
        var unfinished = KeyOf("unfinished");
        var number = newest is null ? 1 : newest.Key == unfinished ? newest.Number : newest.Number + 1;
        var iteration = new Iteration(
            number, unfinished, workspace.Time.GetUtcNow(), project.Task, commit?.Commit, commit?.Clean, raw, data, found, evaluation, package, null, gates,
            gates.All(gate => gate.Passed), [.. _steps.Runs], report, watch.Elapsed.TotalSeconds, [.. _repairs.Select(repair => repair.Id)],
            new IterationBudget(project.Training, budget), prices, Differs: IngestStep.Differs(workspace, project));
        var recorded = newest?.Key == unfinished;
        if (ServerBinary.IsBuilding(workspace.Time) && newest?.Package[ModelPackage.ManifestFile] != package[ModelPackage.ManifestFile])
        {
            await RecordAsync(iteration, recorded);
            recorded = true;
            early?.Invoke(iteration);
        }

        var image = await ImageAsync(package);
        var key = KeyOf("iteration");
        if (newest?.Key == key)
        {
            if (JsonSerializer.Serialize(newest.Turn, IterationJson.Default.TurnReport) != JsonSerializer.Serialize(report, IterationJson.Default.TurnReport))
            {
                await IterationRecords.ReplaceAsync(workspace.Records, project.Id, newest with { Turn = report });
            }

            return newest with { Steps = [.. _steps.Runs], Turn = report, Seconds = watch.Elapsed.TotalSeconds };
        }

        iteration = iteration with { Key = key, Image = image, Steps = [.. _steps.Runs], Seconds = watch.Elapsed.TotalSeconds };
        await RecordAsync(iteration, recorded);
        return iteration;
    }

    private string KeyOf(string kind) => StepRunner.Key(kind, 1, [.. _steps.Runs.Where(run => run.Step != "turn").Select(run => run.Key)]);

    private Task RecordAsync(Iteration iteration, bool recorded)
    {
        if (recorded)
        {
            return IterationRecords.ReplaceAsync(workspace.Records, project.Id, iteration);
        }

        workspace.Audit.Changed("iterate", string.Create(CultureInfo.InvariantCulture, $"{project.Project}, iteration {iteration.Number}"));
        return IterationRecords.AddAsync(workspace.Records, project.Id, iteration);
    }

    private async Task<DatasetVersion> CleanAsync(RawVersion raw)
    {
        var said = SaidOfRows.Read(project.Folder);
        _repairs = said.Repairs;
        Task<DatasetVersion> Clean(StepRunner steps) => CleanStep.RunAsync(steps, workspace, new CleanStep.Request(project, raw, said), cancel);
        if (project.Split is { Stratified: true, Dealt: null })
        {
            // The first version of this exam: what it is drawn on is no step of the turn, since the next turn finds the split there.
            var first = await Clean(new StepRunner(workspace, progress));
            var drawn = await Task.Run(() => DrawSplit.Run(new DrawSplit.Request(project, first, workspace.Time.GetUtcNow()), _blobs, cancel), cancel);
            project = project with { Split = project.Split with { Dealt = DrawSplit.Write(project, drawn.Split, _blobs) } };
            progress?.Report(new LoopEvent.Note($"The split is drawn: every class has its shares to one row. {DealtRows.FileName} keeps it; keep the file with the project, and a copy of the project's pseudonym key, without which it can't be read elsewhere."));
        }
        else if (DrawSplit.HasOldNames(project, _blobs))
        {
            progress?.Report(new LoopEvent.Note($"{DealtRows.FileName} names rows {DrawSplit.OldNames(project.Split.Dealt!)}. \"fairlead data split FOLDER --write\" names them under the project's pseudonym key; no row moves."));
        }

        return await Clean(_steps);
    }

    private Task<SearchResult> SearchAsync(DatasetVersion data) =>
        _steps.RunAsync(
            "search", StepKeys.Search(project, data, budget), "searching for a model", IterationJson.Default.SearchResult,
            () => search(TrainingSide.Input(project, Rows(), budget), _blobs, new Trials(progress), cancel),
            found => [found.Model, .. found.FoldModels],
            found => $"{found.Chosen}, {found.Metric} {found.Trials.Where(t => t.Score is not null).Select(t => t.Score!.Value).DefaultIfEmpty(double.NaN).Min().ToString("0.0000", CultureInfo.InvariantCulture)} in cross-validation, {found.Trials.Count} trials"
                + (found.Native ? "" : " (managed trainer: the native library is not there)"));

    private async Task<EvaluationReport> EvaluateAsync(DatasetVersion data, SearchResult found, Iteration? champion)
    {
        var key = StepRunner.Key(
            "evaluate", Evaluate.Version, data.Blob, found.Model, project.Target, project.Positive, budget.Seed.ToString(CultureInfo.InvariantCulture),
            champion?.Search.Model, champion?.Data.Blob, champion?.Number.ToString(CultureInfo.InvariantCulture));
        return await _steps.RunAsync(
            "evaluate", key, "judging on rows the model never saw", IterationJson.Default.EvaluationReport,
            async () =>
            {
                var uses = await ExamUses.CountAsync(workspace.Records, project, key);
                return await Task.Run(() => Evaluate.Run(
                    new Evaluate.Request(
                        Load(found.Model), Rows(), project.Positive,
                        champion is null ? null : new Evaluate.Champion(champion.Number, Load(champion.Search.Model), RowsOf(champion), champion.Evaluation.Threshold),
                        budget.Seed, uses),
                    cancel), cancel);
            },
            _ => [],
            Said);
    }

    private Task<IReadOnlyDictionary<string, string>> PackageAsync(DatasetVersion data, SearchResult found, EvaluationReport evaluation) =>
        _steps.RunAsync(
            "package",
            StepRunner.Key(
                "package", PackageWriter.Version, data.Id, found.Model, project.Project, project.Question,
                JsonSerializer.Serialize(project.Wording, IterationJson.Default.Wording),
                string.Join('\n', project.Columns.Select(c => $"{c.Name}\t{c.Label}\t{c.Unit}\t{c.Required}\t{c.Ignore}\t{c.Protection}")),
                project.Unit, project.Training.LeastRows.ToString(CultureInfo.InvariantCulture),
                JsonSerializer.Serialize(evaluation with { ExamUses = 0, Champion = null }, IterationJson.Default.EvaluationReport)),
            "writing the package", IterationJson.Default.IReadOnlyDictionaryStringString,
            () => Task.Run(() => PackageWriter.Write(project, data, Rows(), found, evaluation, _blobs), cancel),
            package => package.Values,
            package => $"package {package[ModelPackage.ManifestFile][..12]}, {package.Count} files");

    private async Task<string?> ImageAsync(IReadOnlyDictionary<string, string> package)
    {
        var note = (string?)null;
        var server = await Task.Run(() => ServerBinary.Find(workspace.Time, new Waits(progress), cancel, out note), cancel);
        if (note is not null)
        {
            progress?.Report(new LoopEvent.Note(note));
        }

        if (server is null)
        {
            return null;
        }

        return await _steps.RunAsync(
            "image", StepRunner.Key("image", OciImage.Version, package[ModelPackage.ManifestFile], server.Sha256, project.Project, project.Question),
            "writing the image", IterationJson.Default.String,
            () => Task.Run(() => OciImage.Write(package, project.Project, project.Question, server, _blobs).Digest, cancel),
            digest => [digest["sha256:".Length..]],
            digest => $"{digest[..19]}…");
    }

    private async Task<CaseReport?> CasesAsync(DatasetVersion data, SearchResult found, IReadOnlyDictionary<string, string> package)
    {
        var cases = CasesFolder.Read(project);
        if (cases.Count == 0)
        {
            return null;
        }

        return await _steps.RunAsync(
            "cases",
            StepRunner.Key("cases", CaseRunner.Version, data.Blob, package[ModelPackage.ContractFile], found.Model, JsonSerializer.Serialize(cases, IterationJson.Default.IReadOnlyListCaseRecord)),
            "trying the cases", IterationJson.Default.CaseReport,
            () => Task.Run(() => CaseRunner.Run(cases, PackageJson.ReadContract(_blobs.Read(package[ModelPackage.ContractFile])), Load(found.Model), Judge(found)), cancel),
            _ => [],
            report => $"{report.Passed} of {report.Results.Count} pass");
    }

    private Task<IReadOnlyList<GateResult>> GatesAsync(DatasetVersion data, EvaluationReport evaluation, CaseReport? cases) =>
        _steps.RunAsync(
            "gates",
            StepRunner.Key(
                "gates", Gates.Version, data.Id, string.Join('\n', project.Gates.Select(gate => gate.Text)),
                JsonSerializer.Serialize(evaluation, IterationJson.Default.EvaluationReport),
                cases is null ? null : JsonSerializer.Serialize(cases, IterationJson.Default.CaseReport),
                project.QuarantineMax.ToString("R", CultureInfo.InvariantCulture),
                string.Join('\n', project.Checks.Select(rule => $"{rule.Id}\t{rule.KeepsRows}\t{rule.Mostly.ToString("R", CultureInfo.InvariantCulture)}")),
                string.Join('\n', data.Checks.Select(check => $"{check.Id}\t{check.Error}\t{check.Passed}\t{check.Quarantined}\t{check.Unexpected.ToString(CultureInfo.InvariantCulture)}\t{check.Observed}"))),
            "holding it against the gates", IterationJson.Default.IReadOnlyListGateResult,
            () => Task.FromResult(Gates.Evaluate(project.Gates, project.Task, evaluation, cases, project.Checks, data.Checks, new QuarantineShare(data.Quarantined, data.Read, project.QuarantineMax))),
            _ => [],
            gates => gates.Count == 0 ? "none declared" : gates.All(g => g.Passed) ? $"all {gates.Count} passed" : $"failed: {string.Join("; ", gates.Where(g => !g.Passed).Select(g => g.Gate))}");

    /// <summary>What the feedback did, against the iteration before; nothing where nobody said anything and no repair was accepted.</summary>
    private async Task<TurnReport?> TurnAsync(
        Iteration? before, DatasetVersion data, SearchResult found, EvaluationReport evaluation, IReadOnlyDictionary<string, string> package)
    {
        var said = ListFeedback.Run(workspace.Records, project.Id);
        var repairs = _repairs.Where(repair => before?.Repairs?.Contains(repair.Id) != true).ToList();
        if (said.Count == 0 && repairs.Count == 0)
        {
            return null;
        }

        var key = StepRunner.Key(
            "turn", Turn.Version,
            [
                data.Blob, found.Model, before?.Data.Blob, before?.Search.Model, project.Positive, project.Target,
                .. said.Select(f => $"{f.Id}\t{f.Verdict}\t{f.Right}\t{f.At.UtcTicks.ToString(CultureInfo.InvariantCulture)}"), "repairs", .. repairs.Select(r => r.Id),
            ]);
        return await _steps.RunAsync(
            "turn", key, "asking what the feedback did", IterationJson.Default.TurnReport,
            () => Task.Run(() => Turn.Compute(
                new Turn.Request(
                    before is null ? null : Models(before.Number, RowsOf(before), before.Search, before.Evaluation.Threshold),
                    Models((before?.Number ?? 0) + 1, Rows(), found, evaluation.Threshold),
                    project.Positive, said, repairs,
                    Words(),
                    budget.Seed,
                    Served: feedback => AnswerNow(package, feedback)),
                cancel)!, cancel),
            _ => [],
            report => report is { Sentences: [var first, ..] } ? first : "nothing to tell");
    }

    /// <summary>Suspected label errors, by the models that never saw the rows.</summary>
    private async Task<LabelReport?> LabelsAsync(DatasetVersion data, SearchResult found)
    {
        var key = StepRunner.Key("labels", SuspectLabels.Version, [data.Blob, .. data.Files?.Select(f => f.Name) ?? [], found.Model, .. found.FoldModels, budget.Seed.ToString(CultureInfo.InvariantCulture), project.Target, project.Positive, project.Wording.Thing, .. project.Columns.Select(c => $"{c.Name}\t{c.Label}{(c.Provenance ? "\tprovenance" : "")}")]);
        return await _steps.RunAsync(
            "labels", key, "looking for wrong labels", IterationJson.Default.LabelReport,
            () => Task.Run(() => SuspectLabels.Find(new SuspectLabels.Request(Rows(), Judge(found), Origins(data), Words(), budget.Seed) { Provenance = Provenance }, cancel)!, cancel),
            _ => [],
            report => report is null ? "too few rows to tell" : $"{Count(report.Suspects)} of {Count(report.Judged)} {(report.Classes.Count > 0 ? "labels" : "numbers")} are suspect" + (report.Causes is [var first, ..] ? $"; most in common: {first.Title}" : ""));
    }

    /// <summary>Columns that say who or what recorded a row, and are in the cleaned version as they came.</summary>
    private IReadOnlyList<string> Provenance => [.. project.Columns.Where(column => column is { Provenance: true, Protection: Protection.None or Protection.Keep or Protection.Pseudonym }).Select(column => column.Name)];

    /// <summary>Those of them that are no features, for each row.</summary>
    private IReadOnlyList<FrameColumn> Origins(DatasetVersion data)
    {
        List<string> names = [.. Provenance.Where(name => !Rows().Features.Has(name))];
        return names.Count == 0 ? [] : DatasetReader.Categories(data, names, _blobs, cancel);
    }

    /// <summary>What the problems found in the data cost, in answers.</summary>
    private Task<IReadOnlyList<FindingPrice>> PricesAsync(DatasetVersion data, LabelReport? labels, EvaluationReport evaluation) =>
        _steps.RunAsync(
            "prices",
            StepRunner.Key(
                "prices", PriceFindings.Version,
                data.Id, project.Target, project.Task.ToString(), project.Positive, evaluation.Threshold.ToString("R", CultureInfo.InvariantCulture),
                string.Join('\n', data.Findings.Select(finding => $"{finding.Kind}\t{finding.Column}\t{finding.Title}")),
                labels is null ? null : JsonSerializer.Serialize(labels, IterationJson.Default.LabelReport)),
            "pricing what was found", IterationJson.Default.IReadOnlyListFindingPrice,
            () => Task.Run(() => PriceFindings.Run(new PriceFindings.Request(project, data, Rows(), labels, evaluation.Threshold, _blobs), cancel), cancel),
            _ => [],
            prices => prices.Count == 0 ? "nothing to price"
                : $"{prices.Count} priced, {prices.Count(price => price.Harmless)} harmless; dearest: {prices.MaxBy(price => price.Share.Value)!.Finding} {prices.MaxBy(price => price.Share.Value)!.Says}");

    private CauseWords Words() => new(project.Wording.Thing.ToLowerInvariant(), project.Target.Replace('_', ' '), project.Columns.ToDictionary(c => c.Name, c => c.Label, StringComparer.Ordinal));

    /// <summary>What the new model answers to a row that only serving saw.</summary>
    private string? AnswerNow(IReadOnlyDictionary<string, string> package, Feedback feedback)
    {
        if (AcceptCorrections.CardOf(workspace.Records, project, feedback) is not { } card)
        {
            return null;
        }

        var model = _package ??= ModelPackage.Open(name => _blobs.Read(package[name]));
        Cell[] raw = [.. model.Contract.Columns.Select(column => Cell.Of(card.Raw.GetValueOrDefault(column.Name)))];
        return CardMaker.Answer(model, raw, new ModelScratch()).Answer;
    }

    private Turn.Models Models(int number, Dataset rows, SearchResult search, double threshold) =>
        new(number, rows, Load(search.Model), [.. search.FoldModels.Select(Load)], threshold);

    private UnseenJudge Judge(SearchResult found) => new(Rows(), Load(found.Model), [.. found.FoldModels.Select(Load)]);

    private static string Said(EvaluationReport report)
    {
        var main = report.Metrics[report.MainMetric];
        var text = string.Create(CultureInfo.InvariantCulture, $"{report.MainMetric} {Short(main.Value)} [{Short(main.Low)}, {Short(main.High)}] on {report.Rows:N0} exam rows");
        return report.BeatsGuessing ? text : text + ": can't tell better than guessing";
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.000", CultureInfo.InvariantCulture);

    private Dataset RowsOf(Iteration iteration) =>
        iteration.Data.Blob == _data!.Blob ? Rows() : DatasetReader.Load(project, iteration.Data, _blobs);

    private Dataset Rows() => _rows ??= DatasetReader.Load(project, _data!, _blobs);

    private FittedModel Load(string blob)
    {
        using var stream = _blobs.OpenRead(blob);
        return FittedModel.Load(stream);
    }

    /// <summary>What production answers with; before any release the newest iteration that passed its gates.</summary>
    private Iteration? Champion(IReadOnlyList<Iteration> earlier) =>
        ReleaseRecords.Current(workspace.Records, project.Id, "staging") is { } release && earlier.FirstOrDefault(i => i.Number == release.Iteration) is { } released
            ? released
            : earlier.LastOrDefault(i => i.Passed);

    private static Iteration? ChampionOf(Iteration newest, IReadOnlyList<Iteration> earlier) =>
        newest.Evaluation.Champion is { } comparison ? earlier.FirstOrDefault(i => i.Number == comparison.Iteration) : null;

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private sealed class Waits(IProgress<LoopEvent>? progress) : IProgress<string>
    {
        public void Report(string value) => progress?.Report(new LoopEvent.Waiting(value));
    }

    private sealed class Trials(IProgress<LoopEvent>? progress) : IProgress<TrialRecord>
    {
        public void Report(TrialRecord value) => progress?.Report(new LoopEvent.Trial(value));
    }
}
