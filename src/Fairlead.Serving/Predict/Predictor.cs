using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fairlead.Models.Contracts;
using Fairlead.Models.Packages;
using Fairlead.Models.Predictions;
using Fairlead.Serving.Log;

namespace Fairlead.Serving.Predict;

/// <summary>Turns a request body into an answer, for one package: reads the rows, scores them, logs them, writes the JSON. Thread-safe.</summary>
internal sealed class Predictor
{
    private readonly RowReader _rows;
    private readonly RecordWriter _records;
    private readonly PredictionLog _log;
    private readonly ServingLimits _limits;
    private readonly TimeProvider _time;
    private readonly byte[][] _classNames;
    private readonly byte[][] _probabilityNames;
    private readonly JsonReaderOptions _json = new() { MaxDepth = 16 };

    public Predictor(ModelPackage package, PredictionLog log, ServingLimits limits, TimeProvider time)
    {
        (Package, _log, _limits, _time) = (package, log, limits, time);
        (_rows, _records) = (new RowReader(package), new RecordWriter(package));
        _classNames = [.. package.Contract.Classes.Select(Quoted)];
        _probabilityNames = [.. _classNames.Select((name, k) => (byte[])[.. k == 0 ? "{"u8 : ","u8, .. name, (byte)':'])];
    }

    public ModelPackage Package { get; }

    /// <summary>Answers a body. The answer, or what is wrong, stands in the scratch.</summary>
    /// <param name="rows">Rows read.</param>
    /// <param name="problem">What is wrong in one sentence; "" when answered or when the scan holds the faults.</param>
    public Outcome Run(ReadOnlySpan<byte> body, PredictScratch scratch, out int rows, out string problem)
    {
        scratch.Clear();
        scratch.Scan.Start(_rows.Columns);
        (rows, problem) = (0, "");
        body = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        if (body.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            problem = "The body is empty.";
            return Outcome.NotRows;
        }

        var json = new Utf8JsonReader(body, _json);
        try
        {
            json.Read();
            var read = json.TokenType switch
            {
                JsonTokenType.StartArray => ReadList(ref json, scratch, ref rows),
                JsonTokenType.StartObject when IsWrapper(json) => ReadWrapper(ref json, scratch, ref rows, ref problem),
                JsonTokenType.StartObject => ReadRow(ref json, scratch, ref rows),
                _ => Outcome.NotRows,
            };
            if (read == Outcome.TooLarge)
            {
                problem = $"A request may have {RowScan.Count(_limits.RowsMax, "row")}; this one has more. Send several requests.";
                return read;
            }

            if (read == Outcome.NotRows)
            {
                problem = problem.Length > 0 ? problem : "The body is a JSON value, but no row, no list of rows and no {\"rows\": […]}.";
                return read;
            }

            json.Read(); // anything after the value is a fault of the JSON
        }
        catch (JsonException exception)
        {
            problem = $"The body is not JSON: line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}: {Reason(exception)}";
            return Outcome.NotRows;
        }

        return scratch.Scan.FaultCount > 0 ? Outcome.WrongRows : Finish(scratch);
    }

    /// <summary>The first member is "rows" and holds a list, and no column is named so.</summary>
    private bool IsWrapper(Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName && json.ValueSpan.SequenceEqual("rows"u8) && json.Read() && json.TokenType == JsonTokenType.StartArray
        && !_rows.HasColumn("rows"u8);

    private Outcome ReadWrapper(ref Utf8JsonReader json, PredictScratch scratch, ref int rows, ref string problem)
    {
        json.Read(); // rows
        json.Read(); // [
        var outcome = ReadList(ref json, scratch, ref rows);
        if (outcome == Outcome.Answered && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            problem = $"Beside \"rows\" nothing is understood, but there is \"{System.Text.Encoding.UTF8.GetString(json.ValueSpan)}\".";
            return Outcome.NotRows;
        }

        return outcome;
    }

    private Outcome ReadList(ref Utf8JsonReader json, PredictScratch scratch, ref int rows)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (rows == _limits.RowsMax)
            {
                return Outcome.TooLarge;
            }

            ReadRow(ref json, scratch, ref rows);
        }

        return Outcome.Answered;
    }

    private Outcome ReadRow(ref Utf8JsonReader json, PredictScratch scratch, ref int rows)
    {
        scratch.Scan.Row = rows;
        var raw = scratch.Raw(_rows.Columns);
        _rows.Read(ref json, scratch.Scan, raw);
        if (scratch.Scan.FaultCount == 0)
        {
            Score(raw, scratch);
        }

        rows++;
        return Outcome.Answered;
    }

    private void Score(Span<Cell> raw, PredictScratch scratch)
    {
        var cleaned = scratch.Cleaned(raw.Length);
        var outputs = scratch.Outputs(Package.Contract.Outputs);
        var warnings = scratch.Warnings;
        warnings.Clear();
        raw.CopyTo(cleaned);
        Package.Answer(cleaned, outputs, scratch.Model, warnings);
        var decided = Package.Decide(outputs);
        var records = scratch.Records;
        records.Advance(_records.Write(
            records.Room(_records.MaxBytes(raw, cleaned, outputs.Length)), _time.GetUtcNow().ToUnixTimeMilliseconds(), decided, warnings.Count, outputs, raw, cleaned));
        var id = WriteAnswer(scratch.Answer, outputs, decided, warnings);
        scratch.Rows.Add((records.Length, id));
        raw.Clear(); // a row's texts don't outlive its answer
        cleaned.Clear();
    }

    /// <returns>Place of the id, which is known only once the record is written.</returns>
    private int WriteAnswer(ByteBuffer answer, ReadOnlySpan<double> outputs, int decided, List<string> warnings)
    {
        answer.Add(answer.Length == 0 ? "{\"predictions\":[{\"id\":\""u8 : ",{\"id\":\""u8);
        var id = answer.Length;
        answer.Room(PredictionId.Length);
        answer.Advance(PredictionId.Length);
        answer.Add("\",\"prediction\":"u8);
        if (_classNames.Length == 0)
        {
            answer.AddNumber(outputs[0]);
        }
        else
        {
            answer.Add(_classNames[decided]);
            answer.Add(",\"probabilities\":"u8);
            for (var k = 0; k < outputs.Length; k++)
            {
                answer.Add(_probabilityNames[k]);
                answer.AddNumber(outputs[k]);
            }

            answer.Add("}"u8);
        }

        answer.Add(",\"warnings\":["u8);
        for (var i = 0; i < warnings.Count; i++)
        {
            answer.Add(i == 0 ? ""u8 : ","u8);
            answer.AddString(warnings[i]);
        }

        answer.Add("]}"u8);
        return id;
    }

    /// <summary>Logs every row, then puts the ids where they belong.</summary>
    private Outcome Finish(PredictScratch scratch)
    {
        var (answer, start) = (scratch.Answer, 0);
        foreach (var (end, idAt) in CollectionsMarshal.AsSpan(scratch.Rows))
        {
            if (!_log.TryAppend(Package, scratch.Records.Written[start..end], out var id))
            {
                return Outcome.LogFull;
            }

            id.Write(answer.Place(idAt, PredictionId.Length));
            start = end;
        }

        answer.Add(answer.Length == 0 ? "{\"predictions\":[]}"u8 : "]}"u8);
        return Outcome.Answered;
    }

    private static byte[] Quoted(string name) => [(byte)'"', .. JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];

    /// <summary>The reader's message without the position, which is said already.</summary>
    private static string Reason(JsonException exception)
    {
        var cut = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return cut < 0 ? exception.Message : exception.Message[..cut];
    }
}
