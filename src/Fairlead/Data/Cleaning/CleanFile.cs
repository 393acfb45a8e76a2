using System.Globalization;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects;
using Fairlead.Projects.Sources;
using Fairlead.Workspace;

namespace Fairlead.Data.Cleaning;

/// <summary>Runs a recipe over a file: row steps, then table steps; what is kept goes to one file, what is set aside to another.</summary>
/// <remarks>There is no exam to keep apart here: what steps learn, they learn from all rows. A file is written beside its place and renamed when it is whole, so that a stop at any moment leaves the old one or the new one.</remarks>
public static class CleanFile
{
    private static int _runs;

    /// <param name="File">CSV, TSV, JSON lines, a JSON array or Parquet.</param>
    /// <param name="Recipe">The recipe's file.</param>
    /// <param name="Output">CSV, TSV or Parquet, by its extension; null: nothing is written (a preview).</param>
    /// <param name="Quarantine">CSV of the rows that were set aside, as they were read, with their reason; null: they are only counted.</param>
    /// <param name="Reading">What is declared about how the file is written.</param>
    public sealed record Request(string File, string Recipe, string? Output, string? Quarantine, SourceOptions? Reading = null);

    /// <param name="Read">Rows read = written + quarantined + dropped, always.</param>
    /// <param name="Written">Rows that are kept; in a preview those that would be.</param>
    public sealed record Outcome(
        long Read, long Written, long Quarantined, long Dropped, IReadOnlyDictionary<string, long> DropReasons, IReadOnlyDictionary<string, long> QuarantineReasons,
        IReadOnlyList<StepOutcome> Steps, IReadOnlyList<string> Columns, string? Output, string? Quarantine);

    /// <exception cref="FaultException">The file or the recipe can't be read, or the output can't be written.</exception>
    public static Outcome Run(Request request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var faults = new[] { Unwritable(request.Output, quarantine: false), Unwritable(request.Quarantine, quarantine: true) }.OfType<Fault>().ToList();
        var source = SourceReader.Open(request.File, request.Reading);
        var recipe = Recipe.Read(request.Recipe, source.Columns);
        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        var spill = Path.Combine(Path.GetTempPath(), $"fairlead-clean-{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}");
        using var engine = new DataEngine(spill, cancel, source.Columns.Count);
        return Load(source, source.Columns, recipe, engine).Clean(request.Output, request.Quarantine);
    }

    /// <summary>What the steps of a project would do to its first source; nothing is written. Columns that are protected as personal, and steps that look at them, are left out.</summary>
    /// <exception cref="FaultException">The source can't be read.</exception>
    public static Outcome Preview(ProjectFile project, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(project);
        var source = SourceReader.Open(Path.Combine(project.Folder, project.Sources[0]));
        var columns = project.Columns.Where(column => column.Protection is Protection.None or Protection.Keep).Select(column => column.Name).Append(project.Target).Where(source.Columns.Contains).ToList();
        var known = columns.Concat(project.Derived.Select(column => column.Name)).ToHashSet(StringComparer.Ordinal);
        bool Fits(TableStep step) => step switch
        {
            DropDuplicatesStep exact => exact.Columns.All(known.Contains),
            FuzzyDuplicatesStep fuzzy => fuzzy.Columns.Concat(fuzzy.Reads.Keys).All(known.Contains),
            QuarantineStep quarantine => quarantine.Reads.Keys.All(known.Contains),
            FillStep fill => known.Contains(fill.Column) && known.Contains(fill.Order) && (fill.By is null || known.Contains(fill.By)),
            _ => false,
        };
        var recipe = new Recipe([.. project.RowSteps.Where(step => step.Reads().Concat(step.Writes()).All(known.Contains))], [.. project.TableSteps.Where(Fits)], project.Derived);
        using var engine = new DataEngine(Path.Combine(Path.GetTempPath(), $"fairlead-clean-{Environment.ProcessId}-{Interlocked.Increment(ref _runs)}"), cancel, columns.Count);
        return Load(source, columns, recipe, engine).Clean(null, null);
    }

    private static Table Load(ISource source, IReadOnlyList<string> columns, Recipe recipe, DataEngine engine)
    {
        engine.Execute($"CREATE TABLE raw AS SELECT row_number() OVER () - 1 AS __row{string.Concat(columns.Select((name, i) => $", {SqlText.Name(name)} AS c{i}"))} FROM {engine.Relation(source)}");
        return new Table(columns, recipe, engine);
    }

    private static Fault? Unwritable(string? path, bool quarantine)
    {
        if (path is null)
        {
            return null;
        }

        var extension = Path.GetExtension(path).ToLowerInvariant();
        return extension is not (".csv" or ".tsv" or ".parquet" or ".pq") || (quarantine && extension is not (".csv" or ".tsv"))
            ? new Fault(path, $"\"{extension}\" is not a format that is written here.", quarantine ? "End the name in .csv or .tsv." : "End the name in .csv, .tsv or .parquet.")
            : Directory.Exists(path) ? new Fault(path, "This is a folder.", "Name a file in it.")
            : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) ? new Fault(path, "The folder of this file is not there.", "Make it, or write somewhere else.")
            : null;
    }

    /// <summary>The table on its way: raw as read, r as cleaned.</summary>
    private sealed class Table(IReadOnlyList<string> source, Recipe recipe, DataEngine engine)
    {
        private readonly List<RowStep> _steps = [.. recipe.RowSteps];
        private readonly List<string> _columns = [.. source, .. recipe.Derived.Select(column => column.Name)];
        private readonly Dictionary<string, int> _places = source.Concat(recipe.Derived.Select(column => column.Name)).Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        private readonly Dictionary<string, ColumnKind> _kinds = new(StringComparer.Ordinal);

        public Outcome Clean(string? output, string? quarantine)
        {
            Fit();
            var stages = Stages();
            engine.Execute($"CREATE TABLE r AS SELECT *, CAST(NULL AS VARCHAR) AS __reason, CAST(NULL AS VARCHAR) AS __dropped FROM {stages.Over("raw", ["__row"], source, static _ => true, flags: true)}");
            foreach (var step in _steps)
            {
                foreach (var name in step.Writes())
                {
                    _kinds[name] = step.ReadsAs() ?? (step is DeriveStep derive ? KindOf(derive.Parsed().Type) : _kinds.GetValueOrDefault(name, ColumnKind.Text));
                }
            }

            var outcomes = RowOutcomes();
            var tables = new TableStepRun(engine, name => _places.ContainsKey(name) ? new SqlColumn(Sql(name), IsNumber(name)) : null, _columns, "true");
            outcomes.AddRange(recipe.TableSteps.Select(step => tables.Run(step)));
            var counts = engine.List($"SELECT count(*), count(*) FILTER (WHERE {TableStepRun.IsKept}), count(__reason), count(__dropped) FROM r", reader => (Read: reader.GetInt64(0), Kept: reader.GetInt64(1), Aside: reader.GetInt64(2), Dropped: reader.GetInt64(3)))[0];
            if (counts.Kept + counts.Aside + counts.Dropped != counts.Read)
            {
                throw new InvalidOperationException($"Rows were lost: {counts.Read} read, {counts.Kept} kept, {counts.Aside} quarantined, {counts.Dropped} dropped.");
            }

            var dropped = recipe.TableSteps.OfType<DropColumnsStep>().SelectMany(step => step.Columns).ToHashSet(StringComparer.Ordinal);
            var written = _columns.Where(name => !dropped.Contains(name)).ToList();
            if (quarantine is { } aside)
            {
                Write(aside, $"SELECT raw.__row AS {SqlText.Name("row")}, r.__reason AS reason{string.Concat(source.Select((name, i) => $", raw.c{i} AS {SqlText.Name(name)}"))} FROM r JOIN raw ON raw.__row = r.__row WHERE r.__reason IS NOT NULL ORDER BY raw.__row");
            }

            if (output is { } kept)
            {
                var parquet = Path.GetExtension(kept).ToLowerInvariant() is ".parquet" or ".pq";
                Write(kept, $"SELECT {string.Join(", ", written.Select(name => $"{Written(name, parquet)} AS {SqlText.Name(name)}").DefaultIfEmpty("__row"))} FROM r WHERE {TableStepRun.IsKept} ORDER BY __row");
            }

            return new Outcome(counts.Read, counts.Kept, counts.Aside, counts.Dropped, Counted("__dropped"), Counted("__reason"), outcomes, written, output, quarantine);
        }

        private string Sql(string name) => string.Create(CultureInfo.InvariantCulture, $"c{_places[name]}");

        private bool IsNumber(string name) => _kinds.GetValueOrDefault(name, ColumnKind.Text) is ColumnKind.Number or ColumnKind.Date;

        private StepStages Stages() => new(_steps, Sql, engine);

        private void Fit()
        {
            for (var at = 0; at < _steps.Count; at++)
            {
                if (_steps[at].IsFitted())
                {
                    continue;
                }

                var making = Stages().Making(_steps[at].Reads(), at);
                var numbers = NumbersBefore(at);
                var rows = Stages().Over("raw", ["__row"], source, making.Contains, flags: false);
                if (StepFit.Of(_steps[at], rows, name => new SqlColumn(Sql(name), numbers.Contains(name)), engine) is { } fitted)
                {
                    _steps[at] = fitted;
                }
                else
                {
                    _steps.RemoveAt(at--); // nothing to learn from: what is missing stays missing
                }
            }
        }

        private HashSet<string> NumbersBefore(int end)
        {
            var numbers = new HashSet<string>(StringComparer.Ordinal);
            foreach (var step in _steps.Take(end))
            {
                _ = step.ReadsAs() is not null || (step is DeriveStep made && made.Parsed().Type is ExpressionType.Number or ExpressionType.Date) ? numbers.Add(step.Column) : step is DeriveStep && numbers.Remove(step.Column);
            }

            return numbers;
        }

        private static ColumnKind KindOf(ExpressionType type) => type switch { ExpressionType.Number => ColumnKind.Number, ExpressionType.Date => ColumnKind.Date, _ => ColumnKind.Text };

        /// <summary>What each row step did: rows it changed, and of one that reads numbers or dates those it could not read.</summary>
        private List<StepOutcome> RowOutcomes()
        {
            var touched = engine.Aggregates([.. _steps.Select((_, i) => $"count(*) FILTER (WHERE s{i})")], "r");
            return [.. _steps.Select((step, i) => new StepOutcome(StepNames.Of(step), string.Join(", ", step.Writes()), touched[i], touched[i] == 0 ? [] : Examples(step, i)))];
        }

        private List<RowExample> Examples(RowStep step, int at)
        {
            var (name, before) = (step.Writes()[0], step.Reads().FirstOrDefault(step.Column));
            var from = source.Contains(before, StringComparer.Ordinal) ? $"raw.{Sql(before)}" : "NULL";
            return engine.List($"SELECT r.__row, left({from}, 120), CAST({Written(name, parquet: false, "r.")} AS VARCHAR) FROM (SELECT * FROM r WHERE s{at} ORDER BY __row LIMIT 5) r JOIN raw ON raw.__row = r.__row ORDER BY r.__row",
                reader => new RowExample(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)));
        }

        /// <summary>A cleaned value as it is written: numbers by their shortest text, dates in ISO 8601; in Parquet as DOUBLE and TIMESTAMP.</summary>
        private string Written(string name, bool parquet, string table = "")
        {
            var sql = table + Sql(name);
            if (!IsNumber(name))
            {
                return sql;
            }

            var date = _kinds[name] == ColumnKind.Date;
            if (parquet)
            {
                return date ? $"make_timestamp(CAST(floor({sql} * {RowStepSql.Number(DateText.DayMicroseconds)} + 0.5::DOUBLE) AS BIGINT))" : sql;
            }

            engine.AddFunction("fairlead_number_text", NumberText.Shortest);
            engine.AddFunction("fairlead_date_text", static days => days >= DateParts.First && days < DateParts.Last ? DateParts.Text(days) : NumberText.Shortest(days));
            return $"NULLIF({(date ? "fairlead_date_text" : "fairlead_number_text")}({sql}), '')";
        }

        private SortedDictionary<string, long> Counted(string column)
        {
            var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var (name, count) in engine.List($"SELECT {column}, count(*) FROM r WHERE {column} IS NOT NULL GROUP BY 1", reader => (reader.GetString(0), reader.GetInt64(1))))
            {
                counts[name] = count;
            }

            return counts;
        }

        private void Write(string path, string query)
        {
            var full = Path.GetFullPath(path);
            var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
            var format = Path.GetExtension(full).ToLowerInvariant() switch { ".csv" => "FORMAT csv, HEADER true", ".tsv" => "FORMAT csv, HEADER true, DELIMITER '\t'", _ => "FORMAT parquet, COMPRESSION zstd" };
            try
            {
                engine.Execute($"COPY ({query}) TO {SqlText.Text(temporary)} ({format})");
                DurableFile.Move(temporary, full);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
    }
}
