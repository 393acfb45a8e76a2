using System.Globalization;
using System.Security.Cryptography;
using DuckDB.NET.Data;
using Fairlead.Workspace;

namespace Fairlead.Projects.Sources;

/// <summary>Opens a Parquet file: values become the text DuckDB writes for their type, moments in UTC with a Z, lists and structures as JSON.</summary>
internal static class ParquetSource
{
    public static Source Open(string path)
    {
        List<(string Name, string Type)> columns = [];
        long rows;
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"DESCRIBE FROM read_parquet({SqlText.FilePath(path)}, file_row_number = false)";
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    columns.Add((reader.GetString(0), reader.GetString(1)));
                }
            }

            command.CommandText = $"SELECT count(*) FROM read_parquet({SqlText.FilePath(path)})";
            rows = Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        }
        catch (DuckDBException exception)
        {
            throw new FaultException(path, $"The Parquet file can't be read; it is damaged or was cut off: {exception.Message.Split('\n')[0]}", "Write or copy it again.");
        }

        List<Fault> faults = [.. ColumnFaults.Of(path, [.. columns.Select(column => column.Name)])];
        if (rows == 0)
        {
            faults.Add(new Fault(path, "The file has no rows.", "Give a file with rows."));
        }

        if (faults.Count > 0)
        {
            throw new FaultException(faults);
        }

        using var stream = File.OpenRead(path);
        return new Source(path, "parquet", [.. columns.Select(column => column.Name)],
            $"(SELECT {string.Join(", ", columns.Select(Text))} FROM read_parquet({SqlText.FilePath(path)}))")
        {
            Rows = rows,
            Bytes = stream.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(stream)),
        };
    }

    private static string Text((string Name, string Type) column)
    {
        var name = SqlText.Name(column.Name);
        var text = column.Type switch
        {
            "VARCHAR" => name,
            "TIMESTAMP WITH TIME ZONE" => $"CAST({name} AT TIME ZONE 'UTC' AS VARCHAR) || 'Z'",
            _ when column.Type.Contains('[', StringComparison.Ordinal) || column.Type.StartsWith("STRUCT", StringComparison.Ordinal) || column.Type.StartsWith("MAP", StringComparison.Ordinal) => $"CAST(to_json({name}) AS VARCHAR)",
            _ => $"CAST({name} AS VARCHAR)",
        };
        return $"NULLIF({text}, '') AS {name}";
    }
}
