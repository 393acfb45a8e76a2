using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Data;
using Fairlead.Data.Cleaning;
using Fairlead.Models.Expressions;
using Fairlead.Models.RowSteps;
using Fairlead.Projects.Sources;

namespace Fairlead.Tests.Data.Cleaning.Oracle;

/// <summary>The steps of a recipe in SQL, written independently of the managed code: what that is held equal to.</summary>
internal static class RecipeStepSql
{
    /// <summary>Groups: 1 sign, 2 currency before, 3 digits with marks, 4 decimals, 5 decimals without digits before, 6 unit.</summary>
    private const string PointPattern = @"([+-]|\x{2212})?[ \x{A0}]*([$€£¥])?[ \x{A0}]*(?:([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,3}(?:\x{A0}[0-9]{3})+|[0-9]{1,3}(?:\x{202F}[0-9]{3})+|[0-9]{1,3}(?:'[0-9]{3})+|[0-9]+)(?:\.([0-9]*))?|\.([0-9]+))[ \x{A0}\x{202F}]*([^0-9 .,'+\-][^0-9]*)?";

    /// <summary>The same with the comma as the decimal mark.</summary>
    private static readonly string CommaPattern = PointPattern.Replace("(?:,[0-9]{3})", "(?:\\.[0-9]{3})", StringComparison.Ordinal).Replace(@"(?:\.([0-9]*))?|\.([0-9]+)", "(?:,([0-9]*))?|,([0-9]+)", StringComparison.Ordinal);

    /// <summary>What a step makes of the columns it writes.</summary>
    public static IEnumerable<SqlValue> Values(RowStep step, Func<string, SqlColumn> column, DataEngine engine)
    {
        switch (step)
        {
            case GroupImputeStep group:
                var grouped = column(group.Column);
                return [new SqlValue(group.Column, $"COALESCE({grouped.Sql}, {Group(group, grouped.IsNumber, column(group.By))})", grouped.IsNumber)];
            case ModelImputeStep model:
                var predicted = Linear(model.Intercept!.Value, model.Coefficients!, model.From, model.Means!, model.Levels, column);
                return [new SqlValue(model.Column, $"COALESCE({column(model.Column).Sql}, CASE WHEN isfinite({predicted}) THEN {predicted} END)", true)];
            case ClassImputeStep classes:
                var scores = classes.Classes!.Select(one => Linear(one.Intercept, one.Coefficients, classes.From, classes.Means!, classes.Levels, column)).ToList();
                var highest = scores.Select((score, i) => $" WHEN {string.Join(" AND ", scores.Skip(i + 1).Select(other => $"({score}) >= ({other})").DefaultIfEmpty("true"))} THEN {SqlText.Text(classes.Classes![i].Value)}");
                return [new SqlValue(classes.Column, $"COALESCE({column(classes.Column).Sql}, CASE WHEN NOT ({string.Join(" AND ", scores.Select(score => $"isfinite({score})"))}) THEN NULL{string.Concat(highest)} END)", false)];
            case SplitStep split:
                return split.Into.Select((name, i) => new SqlValue(name, $"NULLIF({Part(split, Text(column(split.Column), engine), i + 1, engine)}, '')", false));
            case JoinStep join:
                return [new SqlValue(join.Column, $"NULLIF(concat_ws({SqlText.Text(join.Separator)}, {string.Join(", ", join.From.Select(name => Text(column(name), engine)))}), '')", false)];
            case DeriveStep derive:
                var expression = derive.Parsed();
                return [new SqlValue(derive.Column, ExpressionSql.Value(expression, name => column(name).Sql, engine), expression.Type is ExpressionType.Number or ExpressionType.Date)];
            default:
                if (step is CaseStep { To: "title" })
                {
                    engine.AddFunction("fairlead_title", PlainText.TitleAscii);
                }

                var before = column(step.Column);
                return [new SqlValue(step.Column, RowStepSql.Expression(step, before.Sql, before.IsNumber), before.IsNumber || step.ReadsAs() is not null)];
        }
    }

    /// <summary>A step of one column as an expression over it.</summary>
    public static string Expression(RowStep step, string column, bool isNumber) => step switch
    {
        ClipStep clip => isNumber ? Clip(clip, column) : column,
        _ when isNumber => column,
        CaseStep change => change.To switch
        {
            "upper" => $"translate({column}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')",
            "title" => Title(column),
            _ => SqlText.LowerAscii(column),
        },
        MapStep map => Map(map, column),
        ParseNumberStep number => Measure(number, column),
        ParseDateStep date => Dates(date, column),
        _ => throw new ArgumentException($"No SQL for {step.GetType().Name}.", nameof(step)),
    };

    private static string Clip(ClipStep step, string column)
    {
        var low = step.Min is { } min ? $" WHEN {column} < {SqlText.Number(min)} THEN {SqlText.Number(min)}" : "";
        var high = step.Max is { } max ? $" WHEN {column} > {SqlText.Number(max)} THEN {SqlText.Number(max)}" : "";
        return low.Length + high.Length == 0 ? column : $"CASE{low}{high} ELSE {column} END";
    }

    private static string Map(MapStep step, string column)
    {
        var otherwise = step.Else is { } other ? Literal(other) : column;
        return step.Values.Count == 0
            ? $"CASE WHEN {column} IS NOT NULL THEN {otherwise} END"
            : $"CASE WHEN {column} IS NULL THEN NULL {string.Concat(step.Values.Where(pair => pair.Key.Length > 0).Select(pair => $"WHEN {column} = {SqlText.Text(pair.Key)} THEN {Literal(pair.Value)} "))}ELSE {otherwise} END";
    }

    private static string Literal(string value) => value.Length == 0 ? "NULL" : SqlText.Text(value);

    private static string Group(GroupImputeStep step, bool isNumber, SqlColumn by)
    {
        string Value(string value) => isNumber ? SqlText.Number(double.Parse(value, CultureInfo.InvariantCulture)) : SqlText.Text(value);
        var otherwise = step.Otherwise is { } other ? Value(other) : isNumber ? "CAST(NULL AS DOUBLE)" : "CAST(NULL AS VARCHAR)";
        var cases = step.Table!.Select(pair => $" WHEN {by.Sql} = {(by.IsNumber ? SqlText.Number(double.Parse(pair.Key, CultureInfo.InvariantCulture)) : SqlText.Text(pair.Key))} THEN {Value(pair.Value)}");
        return step.Table!.Count == 0 ? otherwise : $"CASE{string.Concat(cases)} ELSE {otherwise} END";
    }

    private static string Linear(double intercept, IReadOnlyList<double> coefficients, IReadOnlyList<string> from, IReadOnlyList<double> means, IReadOnlyList<IReadOnlyList<string>?>? levels, Func<string, SqlColumn> column)
    {
        var (sql, at) = (SqlText.Number(intercept), 0);
        for (var i = 0; i < from.Count; i++)
        {
            if (levels?[i] is not { } known)
            {
                sql += $" + {SqlText.Number(coefficients[at++])} * COALESCE({column(from[i]).Sql}, {SqlText.Number(means[i])})";
                continue;
            }

            var cases = string.Concat(known.Select((level, n) => $" WHEN {SqlText.Text(level)} THEN {SqlText.Number(coefficients[at + n])}"));
            sql += known.Count == 0 ? $" + {SqlText.Number(coefficients[at])}" : $" + CASE {column(from[i]).Sql}{cases} ELSE {SqlText.Number(coefficients[at + known.Count])} END";
            at += known.Count + 1;
        }

        return sql;
    }

    private static string Text(SqlColumn column, DataEngine engine)
    {
        if (!column.IsNumber)
        {
            return column.Sql;
        }

        engine.AddFunction("fairlead_number_text", NumberText.Shortest);
        return $"NULLIF(fairlead_number_text({column.Sql}), '')";
    }

    /// <summary>A part by a pattern is found by the managed engine, so that both agree on every pattern.</summary>
    private static string Part(SplitStep step, string text, int part, DataEngine engine)
    {
        if (step.Pattern is not { } pattern)
        {
            return $"split_part({text}, {SqlText.Text(step.Separator!)}, {part.ToString(CultureInfo.InvariantCulture)})";
        }

        var name = $"fairlead_part_{part.ToString(CultureInfo.InvariantCulture)}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pattern)))[..16]}";
        var regex = RowCheckRunner.Pattern(pattern);
        engine.AddFunction(name, value => RowPipeline.PartOf(regex, value, part));
        return $"{name}({text})";
    }

    private static string Measure(ParseNumberStep step, string column)
    {
        var (text, pattern) = (SqlText.Trim(column), step.DecimalComma ? CommaPattern : PointPattern);
        var found = $"regexp_extract({text}, {SqlText.Text($"^(?:{pattern})$")}, ['s', 'c', 'w', 'd', 'e', 'u'])";
        var sign = $"CASE WHEN {found}.s IN ('-', '\u2212') THEN '-' ELSE '' END";
        var number = $"TRY_CAST({sign} || COALESCE(NULLIF(regexp_replace({found}.w, '[^0-9]', '', 'g'), ''), '0') || '.' || COALESCE(NULLIF({found}.d, ''), NULLIF({found}.e, ''), '0') AS DOUBLE)";
        var unit = $"CASE WHEN {found}.c <> '' THEN {found}.c ELSE {SqlText.LowerAscii($"{found}.u")} END";
        var reads = $"regexp_full_match({text}, {SqlText.Text(pattern)}) AND ({found}.c = '' OR {found}.u = '') AND isfinite({number})";
        if (step.Unit is null)
        {
            return $"CASE WHEN {reads} AND {found}.c = '' AND {found}.u = '' THEN {number} END";
        }

        var cases = MeasureText.Spellings(step.Unit).Select(known => $" WHEN {SqlText.Text(known.Spelling)} THEN ({number} + {SqlText.Number(known.Offset)}) * {SqlText.Number(known.Factor)} - {SqlText.Number(known.After)}");
        var value = $"CASE COALESCE(NULLIF({unit}, ''), {SqlText.Text(PlainText.LowerAscii(step.Assumed ?? step.Unit))}){string.Concat(cases)} END";
        return $"CASE WHEN {reads} AND isfinite({value}) THEN {value} END";
    }

    private static string Dates(ParseDateStep step, string column)
    {
        var text = SqlText.Trim(column);
        return $"COALESCE({string.Join(", ", step.Formats.Select(format => format is "ymd" or "dmy" or "mdy" ? RowStepSql.Date(text, format) : Date(text, format, step.Pivot)))}, CAST(NULL AS DOUBLE))";
    }

    private static string Date(string text, string written, int pivot)
    {
        var (pattern, codes) = Pattern(written);
        var found = $"regexp_extract({text}, {SqlText.Text($"^(?:{pattern})$")}, [{string.Join(", ", codes.Select(code => $"'{(char.IsAsciiLetterUpper(code) ? $"u{char.ToLowerInvariant(code)}" : code.ToString())}'"))}])";
        string Part(char code) => $"{found}.{(char.IsAsciiLetterUpper(code) ? $"u{char.ToLowerInvariant(code)}" : code.ToString())}";
        string Whole(char code) => codes.Contains(code, StringComparison.Ordinal) ? $"COALESCE(TRY_CAST({Part(code)} AS BIGINT), 0)" : "0";
        var year = codes.Contains('Y', StringComparison.Ordinal) ? Part('Y') : $"CASE WHEN TRY_CAST({Part('y')} AS BIGINT) < {pivot.ToString(CultureInfo.InvariantCulture)} THEN '20' ELSE '19' END || {Part('y')}";
        var name = codes.Contains('b', StringComparison.Ordinal) ? Part('b') : codes.Contains('B', StringComparison.Ordinal) ? Part('B') : null;
        var month = name is null ? $"lpad({Part('m')}, 2, '0')" : $"CASE {SqlText.LowerAscii($"left({name}, 3)")}{string.Concat(DateFormat.Months.Select((known, i) => $" WHEN '{known}' THEN '{(i + 1).ToString("00", CultureInfo.InvariantCulture)}'"))} END";
        var day = $"TRY_CAST({year} || '-' || {month} || '-' || lpad({Part('d')}, 2, '0') AS DATE)";
        var half = codes.Contains('p', StringComparison.Ordinal);
        var hour = half ? $"({Whole('H')} % 12 + CASE WHEN lower(left({Part('p')}, 1)) = 'p' THEN 12 ELSE 0 END)" : Whole('H');
        var microseconds = $"CAST(({hour} * 60 + {Whole('M')}) * 60 + {Whole('S')} AS BIGINT) * 1000000";
        return $"CASE WHEN regexp_full_match({text}, {SqlText.Text(pattern)}) AND {year} <> '0000' AND {Whole('H')} BETWEEN {(half ? "1 AND 12" : "0 AND 23")} AND {Whole('M')} <= 59 AND {Whole('S')} <= 59 THEN "
            + $"CAST({day} - DATE '1970-01-01' AS DOUBLE) + CAST({microseconds} AS DOUBLE) / {DateText.DayMicroseconds.ToString(CultureInfo.InvariantCulture)}::DOUBLE END";
    }

    /// <summary>A date format as a regular expression with a group for each of its codes.</summary>
    private static (string Pattern, string Codes) Pattern(string format)
    {
        var (regex, codes) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                _ = char.IsLetterOrDigit(format[i]) || format[i] is ' ' or ',' or ':' or '/' or '_' ? regex.Append(format[i]) : regex.Append('\\').Append(format[i]);
                continue;
            }

            codes.Append(format[++i]);
            regex.Append('(').Append(format[i] switch
            {
                'Y' => "[0-9]{4}",
                'y' => "[0-9]{2}",
                'b' => "(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
                'B' => "(?i:January|February|March|April|May|June|July|August|September|October|November|December)",
                'p' => "(?i:AM|PM)",
                _ => "[0-9]{1,2}",
            }).Append(')');
        }

        return (regex.ToString(), codes.ToString());
    }

    /// <summary>Words begin after a sign that is neither letter, digit nor apostrophe, which only the managed code knows of all letters.</summary>
    private static string Title(string column) => $"NULLIF(fairlead_title({column}), '')";
}
