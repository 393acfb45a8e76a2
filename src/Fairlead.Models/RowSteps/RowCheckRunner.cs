using System.Globalization;
using System.Text.RegularExpressions;
using Fairlead.Models.Contracts;
using Fairlead.Models.Expressions;

namespace Fairlead.Models.RowSteps;

/// <summary>The implementation of row checks for one row at a time, which serving uses. Thread-safe.</summary>
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
        _rules = [.. checks.Select(check => new Rule(check is ConditionalCheck only ? only.Rule : check, [.. check.Columns.Select(Find)], check is ConditionalCheck { Condition: var text } ? Condition(text, columns) : null))];
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
            "boolean" => trimmed.Length <= 5 && PlainText.Flag(Cell.Of(trimmed.ToString())) is not null,
            "timestamp" => DateText.TryParse(trimmed, null, out _),
            _ => throw new ArgumentException($"Unknown type {type}; known are integer, number, string, boolean, timestamp.", nameof(type)),
        };
    }

    private static ExpressionRunner Condition(string text, IReadOnlyList<string> columns)
    {
        try
        {
            return new ExpressionRunner(Expression.Condition(text, columns), columns);
        }
        catch (ExpressionException exception)
        {
            throw new ArgumentException(exception.Message, nameof(text), exception);
        }
    }

    private sealed class Rule
    {
        private readonly ExpressionRunner? _condition;
        private readonly RowCheck _check;
        private readonly int[] _columns;
        private readonly ValueRule? _value;
        private readonly RowRule? _row;

        public Rule(RowCheck check, int[] columns, ExpressionRunner? condition)
        {
            (_check, _columns, _condition) = (check, columns, condition);
            _value = ValueRule.Of(check);
            _row = _value is null && check is not (NotNullCheck or IsNullCheck) ? new RowRule(check) : null;
        }

        public bool Passes(ReadOnlySpan<Cell> row)
        {
            if (_condition is not null && _condition.Holds(row) != true)
            {
                return true;
            }

            var cell = row[_columns[0]];
            if (_row is not null)
            {
                var cells = Take(row, _columns);
                return _row.Skips(cells) || _row.Passes(cells);
            }

            return _value is null
                ? cell.IsMissing == _check is IsNullCheck
                : cell.IsMissing || (cell.Text is { } text ? _value.Passes(text) : _value.Passes(cell.Number));
        }

        public string Sentence(ReadOnlySpan<Cell> row)
        {
            var cell = row[_columns[0]];
            var value = Say(cell);
            return _check switch
            {
                NotNullCheck => $"{_check.Column}: has no value",
                IsNullCheck => $"{_check.Column}: has the value {value}, but should have none",
                InSetCheck set => $"{_check.Column}: {value} is not one of {Listed(set.Values)}",
                NotInSetCheck set => $"{_check.Column}: {value} is one of {Listed(set.Values)}",
                BetweenCheck or GreaterThanCheck or LessThanCheck => Bound(cell, value),
                MatchesCheck matches => $"{_check.Column}: {value} does not match {matches.Pattern}",
                NotMatchesCheck matches => $"{_check.Column}: {value} matches {matches.Pattern}",
                MatchesAnyCheck matches => $"{_check.Column}: {value} matches none of {Listed(matches.Patterns)}",
                MatchesAllCheck matches => $"{_check.Column}: {value} does not match all of {Listed(matches.Patterns)}",
                MatchesNoneCheck matches => $"{_check.Column}: {value} matches one of {Listed(matches.Patterns)}",
                LengthCheck length => $"{_check.Column}: {value} has {Length(cell)} signs, {(PlainText.Length(cell.Text!) < length.Min ? $"fewer than {length.Min}" : $"more than {length.Max}")}",
                LengthEqualsCheck length => $"{_check.Column}: {value} has {Length(cell)} signs, not {length.Value}",
                TypeCheck type => $"{_check.Column}: {value} is not {(type.Type == "integer" ? "an" : "a")} {type.Type}",
                TypeListCheck list => $"{_check.Column}: {value} is none of {string.Join(", ", list.Types)}",
                DateFormatCheck date => $"{_check.Column}: {value} is not written as {date.Format}",
                ParseableDateCheck => $"{_check.Column}: {value} is not a date",
                JsonCheck => $"{_check.Column}: {value} is not JSON",
                JsonSchemaCheck => $"{_check.Column}: {value} does not meet its schema",
                CompareCheck pair => $"{_check.Column}: {value} is not greater than {(pair.OrEqual ? "or equal to " : "")}{pair.Other} ({Say(row[_columns[1]])})",
                PairEqualCheck pair => $"{_check.Column}: {value} is not the same as {pair.Other} ({Say(row[_columns[1]])})",
                PairInSetCheck pair => $"{_check.Column}: {value} with {pair.Other} {Say(row[_columns[1]])} is not one of the pairs",
                UniqueWithinRowCheck => $"{_check.Column}: two of {string.Join(", ", _check.Columns)} are the same",
                RowSumCheck sum => $"{_check.Column}: the sum of {string.Join(", ", _check.Columns)} is not {NumberText.Shortest(sum.Total)}",
                _ => _check.Column,
            };
        }

        private static Cell[] Take(ReadOnlySpan<Cell> row, int[] columns)
        {
            var cells = new Cell[columns.Length];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = row[columns[i]];
            }

            return cells;
        }

        private static string Listed(IReadOnlyList<string> values) => $"{string.Join(", ", values.Take(ValuesShown))}{(values.Count > ValuesShown ? ", …" : "")}";

        private static string Length(Cell cell) => PlainText.Length(cell.Text!).ToString(CultureInfo.InvariantCulture);

        private string Bound(Cell cell, string value)
        {
            var range = NumberRange.Of(_check);
            var number = cell.Number;
            if (!cell.IsNumber && !range.Read(cell.Text, out number))
            {
                return $"{_check.Column}: {value} is not a {(range.Dates ? "date" : "number")}";
            }

            var side = number < range.Min ? "below" : number > range.Max ? "above" : number == range.Min && range.StrictMin ? "not above" : "not below";
            var bound = side is "below" or "not above" ? range.Min : range.Max;
            return $"{_check.Column}: {value} is {side} {NumberText.Shortest(bound)}";
        }

        private static string Say(Cell cell) => cell.Text is { } text ? $"\"{(text.Length > TextShown ? text[..TextShown] + "…" : text)}\"" : cell.IsMissing ? "no value" : cell.ToString();
    }
}
