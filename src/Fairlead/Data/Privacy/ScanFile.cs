using System.Text;
using Fairlead.Data.Scanning;
using Fairlead.Models.Personal;
using Fairlead.Projects;
using Fairlead.Projects.Sources;

namespace Fairlead.Data.Privacy;

/// <summary>Finds the columns of a table that hold personal data, with the share of their values and what to do about it. Tells shapes, never values.</summary>
public static class ScanFile
{
    /// <summary>Rows from the start of which every value is looked at.</summary>
    public const int RowsWhole = 20_000;

    /// <summary>Further on, one row in this many; a column of few distinct values is looked at whole.</summary>
    public const int RowsApart = 32;

    /// <param name="Rows">Rows of the table.</param>
    /// <param name="Personal">A column holds personal data, or has some inside.</param>
    public sealed record Outcome(long Rows, bool Personal, IReadOnlyList<ScannedPersonal> Columns);

    /// <summary>Scans every column of a file: CSV, TSV, JSON lines, a JSON array, Parquet.</summary>
    /// <exception cref="Workspace.FaultException">The file can't be read: every fault with file:line:column.</exception>
    public static Outcome Run(string path, CancellationToken cancel, SourceOptions? reading = null)
    {
        using var scan = TableScan.Open(path, reading: reading);
        var columns = scan.Columns.Select(column => new Column(column)).ToArray();
        var rows = 0L;
        while (scan.Next(cancel) is { } batch)
        {
            rows += batch.Rows;
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i].Add(batch.Columns[i], batch.FirstRow);
            }
        }

        var found = columns.Select(column => column.Result()).ToList();
        return new Outcome(rows, found.Exists(column => column.Suggestion != "none"), found);
    }

    private sealed class Column(ScannedColumn column)
    {
        private readonly ColumnDetector _detector = new(Naming.Words(column.Name));
        private long[] _counts = [];
        private char[] _text = new char[256];
        private ColumnDictionary? _dictionary;

        public void Add(ColumnVector vector, long firstRow)
        {
            if (vector.Form is VectorForm.Boolean)
            {
                return;
            }

            if (vector.Codes is { } codes)
            {
                _dictionary = vector.Dictionary!;
                if (_counts.Length < _dictionary.Count)
                {
                    Array.Resize(ref _counts, Math.Max(_dictionary.Count, 2 * _counts.Length));
                }

                for (var row = 0; row < vector.Rows; row++)
                {
                    if (codes[row] >= 0)
                    {
                        _counts[codes[row]]++;
                    }
                }

                return;
            }

            for (var row = 0; row < vector.Rows; row++)
            {
                if ((firstRow + row >= RowsWhole && (firstRow + row) % RowsApart != 0) || vector.IsMissing(row))
                {
                    continue;
                }

                if (vector.Form == VectorForm.Text)
                {
                    Add(vector.Utf8(row), 1);
                }
                else
                {
                    _detector.Add(vector.Text(row));
                }
            }
        }

        public ScannedPersonal Result()
        {
            for (var code = 0; _dictionary is not null && code < Math.Min(_counts.Length, _dictionary.Count); code++)
            {
                if (_counts[code] > 0)
                {
                    Add(_dictionary.Text(code), _counts[code]);
                }
            }

            return ScannedPersonal.Of(column.Name, _detector);
        }

        private void Add(ReadOnlySpan<byte> utf8, long rows)
        {
            utf8 = utf8[..Math.Min(utf8.Length, ColumnDetector.LengthMax)];
            if (_text.Length < utf8.Length)
            {
                _text = new char[utf8.Length * 2];
            }

            _detector.Add(_text.AsSpan(0, Encoding.UTF8.GetChars(utf8, _text)), rows);
        }
    }
}

/// <summary>What is known of one column.</summary>
/// <param name="Entity">The entity that the column as a whole is, by its values or its name; null when it is none.</param>
/// <param name="By">values, name, text (inside free text), or null.</param>
/// <param name="Sampled">Rows with a value that were looked at.</param>
/// <param name="Share">Share of those with personal data, in [0, 1].</param>
/// <param name="Suggestion">drop, pseudonym, generalise, mask, or none.</param>
/// <param name="Entities">Each entity found in it.</param>
public sealed record ScannedPersonal(string Column, PersonalEntity? Entity, string? By, long Sampled, double Share, string Suggestion, IReadOnlyList<EntityEvidence> Entities)
{
    /// <summary>What a detector has come to.</summary>
    public static ScannedPersonal Of(string name, ColumnDetector detector)
    {
        ArgumentNullException.ThrowIfNull(detector);
        var share = detector.Rows == 0 ? 0 : (double)detector.Inside / detector.Rows;
        if (detector.Holds is { } entity)
        {
            return new ScannedPersonal(name, entity, detector.IsByValue ? "values" : "name", detector.Rows, detector.IsByValue ? (double)detector.Entities.First(found => found.Entity == entity).Rows / detector.Rows : share, Suggest(entity, detector), detector.Entities);
        }

        var inside = detector.HasInside;
        return new ScannedPersonal(name, null, inside ? "text" : null, detector.Rows, share, inside ? "mask" : "none", detector.Entities);
    }

    /// <summary>A value that comes back in other rows tells them apart even when it is not known: a pseudonym keeps that.</summary>
    private static string Suggest(PersonalEntity entity, ColumnDetector detector) => entity switch
    {
        PersonalEntity.DateTime => "generalise",
        PersonalEntity.Person or PersonalEntity.Location => "drop",
        _ => detector.Distinct < 0.9 * detector.Rows && detector.Distinct > 20 ? "pseudonym" : "drop",
    };
}
