using System.Globalization;
using System.Text.RegularExpressions;
using Fairlead.Models.Contracts;

namespace Fairlead.Models.RowSteps;

/// <summary>The managed implementation of row checks. Thread-safe.</summary>
public sealed class RowCheckRunner
{
    /// <summary>Values that a sentence lists of a set; the rest is "…".</summary>
    private const int ValuesShown = 6;

    private const int TextShown = 40;
    private readonly Rule[] _rules;

    /// <param name="columns">Names of the row's columns, in the order of its cells.</param>
    /// <param name="checks">Checks; each names columns of the row.</param>
    /// <exception cref="ArgumentException">A check names no column, a pattern can't be read or a type is unknown.</exception>
    public RowCheckRunner(IReadOnlyList<string> columns, IReadOnlyList<RowCheck> checks)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(checks);
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Count; i++)
        {
            index[columns[i]] = i;
        }

        int Find(string column) => index.TryGetValue(column, out var found)
            ? found
            : throw new ArgumentException($"A check names the column \"{column}\", which the row does not have.", nameof(checks));
        _rules = [.. checks.Select(check => new Rule(check, Find(check.Column), check is CompareCheck pair ? Find(pair.Other) : -1))];
    }

    /// <summary>Adds one plain sentence for each failed check, such as "weight_kg: -3 is below 0".</summary>
    public void Run(ReadOnlySpan<Cell> cleaned, List<string> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        foreach (var rule in _rules)
        {
            if (!rule.Passes(cleaned))
            {
                failures.Add(rule.Sentence(cleaned));
            }
        }
    }

    /// <summary>True when the row meets check <paramref name="check"/> or the check does not apply to a missing value.</summary>
    public bool Passes(int check, ReadOnlySpan<Cell> cleaned) => _rules[check].Passes(cleaned);

    /// <summary>The engine that <see cref="MatchesCheck"/> runs on.</summary>
    /// <exception cref="ArgumentException">The pattern can't be read.</exception>
    public static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException($"The pattern {pattern} uses what the linear-time engine does not have: {exception.Message}", nameof(pattern), exception);
        }
    }

    /// <summary>Whether a text reads as a type; see <see cref="TypeCheck"/>.</summary>
    /// <exception cref="ArgumentException">The type is unknown.</exception>
    public static bool Reads(string text, string type)
    {
        var trimmed = text.AsSpan().Trim(RowStep.WhiteSpace);
        return type switch
        {
            "integer" => NumberText.TryParse(trimmed, out var value) && value == Math.Floor(value),
            "number" => NumberText.TryParse(trimmed, out _),
            "string" => true,
            "boolean" => trimmed.Length <= 5 && PlainText.LowerAscii(trimmed.ToString()) is "true" or "false" or "yes" or "no" or "y" or "n" or "t" or "f" or "1" or "0",
            "timestamp" => DateText.TryParse(trimmed, null, out _),
            _ => throw new ArgumentException($"Unknown type {type}; known are integer, number, string, boolean, timestamp.", nameof(type)),
        };
    }

    private sealed class Rule
    {
        private readonly RowCheck _check;
        private readonly int _column;
        private readonly int _other;
        private readonly HashSet<string>? _texts;
        private readonly HashSet<double>? _numbers;
        private readonly Regex? _pattern;

        public Rule(RowCheck check, int column, int other)
        {
            (_check, _column, _other) = (check, column, other);
            switch (check)
            {
                case InSetCheck set:
                    _texts = new HashSet<string>(set.Values, StringComparer.Ordinal);
                    _numbers = [.. set.Values.Select(value => NumberText.TryParse(value, out var number) ? number : double.NaN).Where(double.IsFinite)];
                    break;
                case MatchesCheck matches:
                    _pattern = Pattern(matches.Pattern);
                    break;
                case TypeCheck type:
                    Reads("", type.Type);
                    break;
            }
        }

        public bool Passes(ReadOnlySpan<Cell> row)
        {
            var cell = row[_column];
            if (cell.IsMissing)
            {
                return _check is not NotNullCheck;
            }

            return _check switch
            {
                NotNullCheck => true,
                InSetCheck => cell.Text is { } text ? _texts!.Contains(text) : _numbers!.Contains(cell.Number),
                BetweenCheck between => Number(cell, out var value) && Within(value, between),
                MatchesCheck => cell.Text is not { } text || _pattern!.IsMatch(text),
                LengthCheck length => cell.Text is not { } text || (PlainText.Length(text) is var count && !(count < length.Min) && !(count > length.Max)),
                TypeCheck type => cell.Text is { } text ? Reads(text, type.Type) : type.Type switch
                {
                    "integer" => cell.Number == Math.Floor(cell.Number),
                    "boolean" => cell.Number is 0 or 1,
                    _ => true,
                },
                CompareCheck pair => row[_other].IsMissing || Compare(cell, row[_other]) is not { } order || (pair.OrEqual ? order >= 0 : order > 0),
                _ => throw new InvalidOperationException($"No implementation of {_check.GetType().Name}."),
            };
        }

        public string Sentence(ReadOnlySpan<Cell> row)
        {
            var value = Say(row[_column]);
            return _check switch
            {
                NotNullCheck => $"{_check.Column}: has no value",
                InSetCheck set => $"{_check.Column}: {value} is not one of {string.Join(", ", set.Values.Take(ValuesShown))}{(set.Values.Count > ValuesShown ? ", …" : "")}",
                BetweenCheck between => Number(row[_column], out var number) ? $"{_check.Column}: {value} is {Bound(number, between)}" : $"{_check.Column}: {value} is not a number",
                MatchesCheck matches => $"{_check.Column}: {value} does not match {matches.Pattern}",
                LengthCheck length => $"{_check.Column}: {value} has {PlainText.Length(row[_column].Text!).ToString(CultureInfo.InvariantCulture)} signs, {(PlainText.Length(row[_column].Text!) < length.Min ? $"fewer than {length.Min}" : $"more than {length.Max}")}",
                TypeCheck type => $"{_check.Column}: {value} is not {(type.Type == "integer" ? "an" : "a")} {type.Type}",
                CompareCheck pair => $"{_check.Column}: {value} is not greater than {(pair.OrEqual ? "or equal to " : "")}{pair.Other} ({Say(row[_other])})",
                _ => _check.Column,
            };
        }

        private static string Bound(double value, BetweenCheck between) =>
            value < between.Min ? $"below {NumberText.Shortest(between.Min.Value)}"
            : between.StrictMin && value == between.Min ? $"not above {NumberText.Shortest(between.Min.Value)}"
            : between.StrictMax && value == between.Max ? $"not below {NumberText.Shortest(between.Max.Value)}"
            : $"above {NumberText.Shortest(between.Max!.Value)}";

        private static bool Within(double value, BetweenCheck between) =>
            (between.Min is not { } min || (between.StrictMin ? value > min : value >= min)) && (between.Max is not { } max || (between.StrictMax ? value < max : value <= max));

        private static bool Number(Cell cell, out double value)
        {
            value = cell.Number;
            return cell.IsNumber || NumberText.TryParse(cell.Text.AsSpan().Trim(RowStep.WhiteSpace), out value);
        }

        /// <summary>Null when a number stands against a text that is none: nothing to compare.</summary>
        private static int? Compare(Cell left, Cell right) =>
            Number(left, out var a) && Number(right, out var b) ? a.CompareTo(b)
            : left.Text is { } text && right.Text is { } other ? PlainText.Compare(text, other)
            : null;

        private static string Say(Cell cell) => cell.Text is { } text ? $"\"{(text.Length > TextShown ? text[..TextShown] + "…" : text)}\"" : cell.IsMissing ? "no value" : cell.ToString();
    }
}
