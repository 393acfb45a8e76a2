using Fairlead.Models.Contracts;
using Fairlead.Models.RowSteps;
using Fairlead.Models.Scoring;

namespace Fairlead.Models.Packages;

/// <summary>A model package, read from its folder: contract, model, drift reference. What a model server loads and what <c>score</c> answers with. Immutable and thread-safe.</summary>
public sealed class ModelPackage
{
    /// <summary>File names in a package folder.</summary>
    public const string ContractFile = "contract.json";
    public const string ModelFile = "model.bin";
    public const string OnnxFile = "model.onnx";
    public const string DriftFile = "drift.json";
    public const string CardFile = "card.md";
    public const string ManifestFile = "manifest.json";

    [ThreadStatic]
    private static Cell[]? _inputs;

    [ThreadStatic]
    private static Cell[]? _wide;

    private readonly RowPipeline _steps;
    private readonly RowCheckRunner _checks;
    private readonly int[] _modelColumns;
    private readonly (int Column, HashSet<string> Levels)[] _levels;
    private readonly int _positive;

    private ModelPackage(ModelContract contract, FittedModel model, string digest)
    {
        (Contract, Model, Digest) = (contract, model, digest);
        var names = contract.Cleaned.Select(column => column.Name).ToArray();
        Width = names.Length;
        _steps = new RowPipeline(names, contract.RowSteps);
        _checks = new RowCheckRunner(names, contract.RowChecks);
        _modelColumns = [.. model.Columns.Select(name => Array.IndexOf(names, name))];
        _levels = [.. contract.Cleaned.Index()
            .Where(column => column.Item is { Feature: true, Kind: ColumnKind.Category, Levels.Count: > 0 })
            .Select(column => (column.Index, column.Item.Levels!.ToHashSet(StringComparer.Ordinal)))];
        _positive = contract.Task == ModelTask.Binary ? contract.Classes.ToList().IndexOf(contract.Positive!) : -1;
    }

    public ModelContract Contract { get; }

    public FittedModel Model { get; }

    /// <summary>Cells of a cleaned row: the contract's columns, then those that row steps make.</summary>
    public int Width { get; }

    /// <summary>SHA-256 of the manifest, 64 lower-case hexadecimal digits: names the package.</summary>
    public string Digest { get; }

    /// <summary>Reads the package in a folder. Only the files that answers need are read and checked against the manifest.</summary>
    /// <exception cref="InvalidDataException">A file is missing, its hash is not the manifest's, its version is unknown, or contract and model do not fit.</exception>
    public static ModelPackage Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Open(name =>
        {
            var path = Path.Combine(folder, name);
            try
            {
                return File.ReadAllBytes(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InvalidDataException($"{path}: can't be read: {exception.Message} A model package is a folder with {ManifestFile}, {ContractFile} and {ModelFile}.", exception);
            }
        });
    }

    /// <summary>Reads a package from wherever its files are.</summary>
    /// <param name="read">Content of a file by its name in the package.</param>
    /// <exception cref="InvalidDataException">As <see cref="Load"/>.</exception>
    public static ModelPackage Open(Func<string, byte[]> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var manifestBytes = read(ManifestFile);
        var manifest = PackageManifest.Parse(manifestBytes);
        byte[] Checked(string name)
        {
            var expected = manifest.Files.GetValueOrDefault(name)
                ?? throw new InvalidDataException($"{ManifestFile}: does not list {name}, which a package must have.");
            var content = read(name);
            var actual = Sha256.Hex(content);
            return actual == expected
                ? content
                : throw new InvalidDataException($"{name}: its hash is {actual}, the manifest says {expected}: the file was changed or is cut short. Copy the package again.");
        }

        var contract = PackageJson.ReadContract(Checked(ContractFile));
        var model = FittedModel.Load(new MemoryStream(Checked(ModelFile), writable: false));
        CheckFit(contract, model);
        return new ModelPackage(contract, model, Sha256.Hex(manifestBytes));
    }

    /// <summary>The files of a package by name, the manifest among them: the same bytes for the same input.</summary>
    /// <param name="others">Further files (ONNX, drift reference, card) by name.</param>
    public static SortedDictionary<string, byte[]> Files(ModelContract contract, FittedModel model, IReadOnlyDictionary<string, byte[]>? others = null)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(model);
        CheckFit(contract, model);
        using var bytes = new MemoryStream();
        model.Save(bytes);
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal) { [ContractFile] = PackageJson.Write(contract), [ModelFile] = bytes.ToArray() };
        foreach (var (name, content) in others ?? new Dictionary<string, byte[]>())
        {
            files.Add(name, content);
        }

        files.Add(ManifestFile, PackageManifest.Of(files).ToBytes());
        return files;
    }

    /// <summary>Answers one raw row: row steps, row checks, features, model.</summary>
    /// <param name="raw">Raw cells in the order of the contract's columns, cleaned in place. Where it is <see cref="Width"/> cells long, the made columns are put behind them.</param>
    /// <param name="outputs">Shape [Contract.Outputs].</param>
    /// <param name="warnings">Takes what a person should know: unreadable values, failed checks, names training did not know; null when not wanted.</param>
    public void Answer(Span<Cell> raw, Span<double> outputs, ModelScratch scratch, List<string>? warnings)
    {
        if (raw.Length < Width)
        {
            var wide = _wide is { } room && room.Length >= Width ? room : _wide = new Cell[Width];
            var cells = wide.AsSpan(0, Width);
            cells.Clear();
            raw.CopyTo(cells);
            Answer(cells, outputs, scratch, warnings);
            cells[..raw.Length].CopyTo(raw);
            cells.Clear(); // a row's texts don't outlive its answer
            return;
        }

        _steps.Apply(raw, warnings);
        if (warnings is not null)
        {
            _checks.Run(raw, warnings);
            foreach (var (column, levels) in _levels)
            {
                if (raw[column].Text is { } text && !levels.Contains(text))
                {
                    warnings.Add($"{Contract.Cleaned[column].Name}: \"{text}\" is not a name that training knew (never seen, or in too few rows)");
                }
            }
        }

        var inputs = _inputs is { } kept && kept.Length >= _modelColumns.Length ? kept : _inputs = new Cell[_modelColumns.Length];
        for (var i = 0; i < _modelColumns.Length; i++)
        {
            inputs[i] = raw[_modelColumns[i]];
        }

        Model.Score(inputs.AsSpan(0, _modelColumns.Length), outputs, scratch);
        inputs.AsSpan(0, _modelColumns.Length).Clear(); // a row's texts don't outlive its answer
    }

    /// <summary>The class that is answered: the positive one at or above the threshold, or the most probable (the first of equals).</summary>
    /// <param name="outputs">Shape [Contract.Outputs].</param>
    /// <returns>Index into the contract's classes; 0 for regression.</returns>
    public int Decide(ReadOnlySpan<double> outputs)
    {
        if (_positive >= 0)
        {
            return outputs[_positive] >= Contract.Threshold ? _positive : 1 - _positive;
        }

        var best = 0;
        for (var k = 1; k < outputs.Length; k++)
        {
            if (outputs[k] > outputs[best])
            {
                best = k;
            }
        }

        return best;
    }

    private static void CheckFit(ModelContract contract, FittedModel model)
    {
        var names = contract.Cleaned.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        if (names.Count != contract.Cleaned.Count)
        {
            throw new InvalidDataException($"{ContractFile}: two columns share a name.");
        }

        if (model.Columns.FirstOrDefault(name => !names.Contains(name)) is { } missing)
        {
            throw new InvalidDataException($"{ContractFile}: the model reads column \"{missing}\", which the contract does not have.");
        }

        if (model.Task != contract.Task || model.Outputs != contract.Outputs)
        {
            throw new InvalidDataException($"{ContractFile}: the contract promises {contract.Task} with {contract.Outputs} outputs, the model gives {model.Task} with {model.Outputs}.");
        }

        if (contract.Task == ModelTask.Binary && (contract.Classes.Count != 2 || contract.Positive is null || !contract.Classes.Contains(contract.Positive)))
        {
            throw new InvalidDataException($"{ContractFile}: a binary task needs two classes, one of them named as positive.");
        }
    }
}
