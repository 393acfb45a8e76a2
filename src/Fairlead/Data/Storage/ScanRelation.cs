using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Fairlead.Data.Scanning;
using Function = DuckDB.NET.Native.NativeMethods.TableFunction;
using Types = DuckDB.NET.Native.NativeMethods.LogicalType;
using Vectors = DuckDB.NET.Native.NativeMethods.Vectors;

namespace Fairlead.Data.Storage;

/// <summary>Makes a scan readable in SQL, as a table function without arguments: DuckDB asks for the columns it needs, and rows go into its vectors batch by batch, in their order.</summary>
internal sealed unsafe class ScanRelation
{
    private readonly IReadOnlyList<ScannedColumn> _columns;
    private readonly long? _rows;
    private readonly Func<IReadOnlyList<string>, ITableScan> _open;
    private readonly CancellationToken _cancel;

    private ScanRelation(IReadOnlyList<ScannedColumn> columns, long? rows, Func<IReadOnlyList<string>, ITableScan> open, CancellationToken cancel) =>
        (_columns, _rows, _open, _cancel) = (columns, rows, open, cancel);

    /// <summary>What went wrong while rows were read, to be told in place of DuckDB's words for it.</summary>
    public Exception? Failure { get; private set; }

    /// <param name="open">Opens the scan for some columns; for none it counts rows only.</param>
    public static ScanRelation Register(DuckDBConnection connection, string name, IReadOnlyList<ScannedColumn> columns, long? rows, Func<IReadOnlyList<string>, ITableScan> open, CancellationToken cancel)
    {
        var relation = new ScanRelation(columns, rows, open, cancel);
        var function = Function.DuckDBCreateTableFunction();
        try
        {
            Function.DuckDBTableFunctionSetName(function, name);
            Function.DuckDBTableFunctionSetExtraInfo(function, GCHandle.ToIntPtr(GCHandle.Alloc(relation)), &Free);
            Function.DuckDBTableFunctionSetBind(function, &Bind);
            Function.DuckDBTableFunctionSetInit(function, &Init);
            Function.DuckDBTableFunctionSetFunction(function, &Fill);
            Function.DuckDBTableFunctionSupportsProjectionPushdown(function, true);
            return Function.DuckDBRegisterTableFunction(connection.NativeConnection, function) == DuckDBState.Success
                ? relation
                : throw new InvalidOperationException($"The table function {name} can't be registered.");
        }
        finally
        {
            Function.DuckDBDestroyTableFunction(ref function);
        }
    }

    private static DuckDBType TypeOf(VectorForm form) => form switch
    {
        VectorForm.Text => DuckDBType.Varchar,
        VectorForm.Integer => DuckDBType.BigInt,
        VectorForm.Double => DuckDBType.Double,
        VectorForm.Boolean => DuckDBType.Boolean,
        _ => DuckDBType.TimestampTz,
    };

    private static T Target<T>(IntPtr handle) => (T)GCHandle.FromIntPtr(handle).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(IntPtr handle)
    {
        var held = GCHandle.FromIntPtr(handle);
        (held.Target as IDisposable)?.Dispose();
        held.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(IntPtr info)
    {
        var relation = Target<ScanRelation>(Function.DuckDBBindGetExtraInfo(info));
        foreach (var column in relation._columns)
        {
            using var type = Types.DuckDBCreateLogicalType(TypeOf(column.Form));
            Function.DuckDBBindAddResultColumn(info, column.Name, type);
        }

        if (relation._rows is { } rows)
        {
            Function.DuckDBBindSetCardinality(info, (ulong)rows, true);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(IntPtr info)
    {
        var relation = Target<ScanRelation>(Function.DuckDBInitGetExtraInfo(info));
        try
        {
            // An index beyond the columns is DuckDB's row id, which it asks for when it only counts.
            ulong[] wanted = [.. Enumerable.Range(0, (int)Function.DuckDBInitGetColumnCount(info)).Select(i => Function.DuckDBInitGetColumnIndex(info, (ulong)i))];
            string[] names = [.. wanted.Where(index => index < (ulong)relation._columns.Count).Select(index => relation._columns[(int)index].Name)];
            var state = new Running(relation, relation._open(names), [.. wanted.Select(index => index < (ulong)relation._columns.Count)]);
            Function.DuckDBInitSetInitData(info, GCHandle.ToIntPtr(GCHandle.Alloc(state)), &Free);
        }
        catch (Exception exception) // the boundary to native code: nothing may pass it
        {
            relation.Failure = exception;
            Function.DuckDBInitSetError(info, exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(IntPtr info, IntPtr chunkHandle)
    {
        var relation = Target<ScanRelation>(Function.DuckDBFunctionGetExtraInfo(info));
        try
        {
            using var chunk = new BorrowedChunk(chunkHandle);
            Target<Running>(Function.DuckDBFunctionGetInitData(info)).Fill(chunk.Chunk);
        }
        catch (Exception exception) // the boundary to native code: nothing may pass it
        {
            relation.Failure = exception;
            Function.DuckDBFunctionSetError(info, exception.Message);
        }
    }

    /// <summary>DuckDB's chunk, which stays DuckDB's.</summary>
    private readonly ref struct BorrowedChunk(IntPtr handle)
    {
        public DuckDBDataChunk Chunk { get; } = new(handle);

        public void Dispose() => Chunk.SetHandleAsInvalid();
    }

    /// <summary>One scan under way.</summary>
    private sealed class Running(ScanRelation relation, ITableScan scan, bool[] isColumn) : IDisposable
    {
        private static readonly int _vectorSize = (int)NativeMethods.Helpers.DuckDBVectorSize();

        /// <summary>16 bytes an entry of a column's dictionary, as DuckDB holds texts, where they stand in place.</summary>
        private readonly DuckText[]?[] _entries = new DuckText[]?[isColumn.Length];
        private TableBatch? _batch;
        private int _at;
        private bool _ended;
        private readonly WideGarbage _garbage = new(isColumn.Length);

        public void Dispose() => scan.Dispose();

        public void Fill(DuckDBDataChunk chunk)
        {
            while (!_ended && (_batch is null || _at == _batch.Rows))
            {
                _batch = scan.Next(relation._cancel);
                _at = 0;
                _ended = _batch is null;
                _garbage.Collect(_ended);
            }

            var rows = _ended ? 0 : Math.Min(_vectorSize, _batch!.Rows - _at);
            var column = 0;
            for (var i = 0; i < isColumn.Length && rows > 0; i++)
            {
                var vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i);
                if (isColumn[i])
                {
                    FillColumn(i, _batch!.Columns[column++], vector, rows);
                }
                else
                {
                    new Span<long>(Vectors.DuckDBVectorGetData(vector), rows).Clear();
                }
            }

            _at += rows;
            _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)rows);
        }

        private void FillColumn(int index, ColumnVector from, IntPtr vector, int rows)
        {
            var data = Vectors.DuckDBVectorGetData(vector);
            ulong* valid = null;
            for (var row = 0; row < rows; row++)
            {
                if (from.IsMissing(_at + row))
                {
                    if (valid == null)
                    {
                        Vectors.DuckDBVectorEnsureValidityWritable(vector);
                        valid = Vectors.DuckDBVectorGetValidity(vector);
                    }

                    valid[row >> 6] &= ~(1UL << (row & 63));
                }
            }

            switch (from.Form)
            {
                case VectorForm.Text:
                    FillTexts(index, from, vector, (DuckText*)data, rows);
                    break;
                case VectorForm.Double:
                    from.Doubles.AsSpan(_at, rows).CopyTo(new Span<double>(data, rows));
                    break;
                case VectorForm.Boolean:
                    for (var row = 0; row < rows; row++)
                    {
                        ((byte*)data)[row] = (byte)(from.Integers[_at + row] & 1);
                    }

                    break;
                default:
                    from.Integers.AsSpan(_at, rows).CopyTo(new Span<long>(data, rows));
                    break;
            }
        }

        private void FillTexts(int index, ColumnVector from, IntPtr vector, DuckText* data, int rows)
        {
            if (from.Codes is { } codes)
            {
                var entries = Entries(index, from.Dictionary!);
                for (var row = 0; row < rows; row++)
                {
                    var code = codes[_at + row];
                    if (code < 0)
                    {
                        data[row] = default;
                    }
                    else if (entries[code].Length <= TextColumnReader.InPlace)
                    {
                        data[row] = entries[code];
                    }
                    else
                    {
                        Assign(vector, row, from.Dictionary!.Text(code));
                    }
                }

                return;
            }

            for (var row = 0; row < rows; row++)
            {
                var length = from.Lengths[_at + row];
                if (length < 0)
                {
                    data[row] = default;
                }
                else if (length <= TextColumnReader.InPlace)
                {
                    data[row] = DuckText.Of(from.Bytes.AsSpan(from.Starts[_at + row], length));
                }
                else
                {
                    Assign(vector, row, from.Bytes.AsSpan(from.Starts[_at + row], length));
                }
            }
        }

        private DuckText[] Entries(int index, ColumnDictionary dictionary)
        {
            var entries = _entries[index] ?? [];
            dictionary.Extend(ref entries, DuckText.Of);
            _entries[index] = entries;

            return entries;
        }

        private static void Assign(IntPtr vector, int row, ReadOnlySpan<byte> text)
        {
            fixed (byte* bytes = text)
            {
                Vectors.DuckDBUnsafeVectorAssignStringElementLength(vector, (ulong)row, bytes, text.Length);
            }
        }
    }

    /// <summary>A text as DuckDB holds it: its length and, up to 12 bytes, itself.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct DuckText
    {
        private uint _length;
        private fixed byte _text[TextColumnReader.InPlace];

        public readonly uint Length => _length;

        public static DuckText Of(ReadOnlySpan<byte> text)
        {
            var made = new DuckText { _length = (uint)text.Length };
            if (text.Length <= TextColumnReader.InPlace)
            {
                text.CopyTo(new Span<byte>(made._text, TextColumnReader.InPlace));
            }

            return made;
        }
    }
}
