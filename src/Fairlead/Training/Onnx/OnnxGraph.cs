using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;

namespace Fairlead.Training.Onnx;

/// <summary>Element types of ONNX tensors, by their numbers in the format.</summary>
internal enum OnnxType
{
    UInt8 = 2,
    Int64 = 7,
    Text = 8,
    Double = 11,
}

/// <summary>An ONNX graph in the making. Writes the protobuf wire format itself: a dozen fields of a format that is fixed by its field numbers.</summary>
/// <remarks>
/// Field numbers: onnx.proto of ONNX, IR version 10 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
/// Operators are of opset 20 and ai.onnx.ml 5 (the first whose trees answer in double).
/// </remarks>
internal sealed class OnnxGraph
{
    public const int IrVersion = 10;
    public const int Opset = 20;
    public const int MlOpset = 5;

    private readonly List<ByteString> _nodes = [];
    private readonly List<ByteString> _initializers = [];
    private readonly List<ByteString> _inputs = [];
    private readonly List<ByteString> _outputs = [];
    private int _names;

    /// <summary>A name that no column has: values inside the graph begin with "/".</summary>
    public string Name(string what) => string.Create(CultureInfo.InvariantCulture, $"/{_names++}/{what}");

    public void Input(string name, OnnxType type, int width, string meaning) => _inputs.Add(ValueInfo(name, type, width, meaning));

    public void Output(string name, OnnxType type, int width, string meaning) => _outputs.Add(ValueInfo(name, type, width, meaning));

    /// <summary>A constant of doubles. <paramref name="dimensions"/> empty is a scalar.</summary>
    public string Constant(ReadOnlySpan<double> values, params ReadOnlySpan<long> dimensions)
    {
        var name = Name("constant");
        _initializers.Add(DoubleTensor(name, values, dimensions));
        return name;
    }

    public string Constant(ReadOnlySpan<long> values, params ReadOnlySpan<long> dimensions)
    {
        var name = Name("constant");
        var raw = new byte[8 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(8 * i), values[i]);
        }

        _initializers.Add(Tensor(name, OnnxType.Int64, raw, dimensions));
        return name;
    }

    /// <summary>An operator with one output, whose name is returned.</summary>
    public string Add(string op, IReadOnlyList<string> inputs, IReadOnlyList<ByteString>? attributes = null, string? output = null, string domain = "")
    {
        output ??= Name(op);
        _nodes.Add(Message(node =>
        {
            foreach (var input in inputs)
            {
                node.Text(1, input);
            }

            node.Text(2, output);
            node.Text(4, op);
            foreach (var attribute in attributes ?? [])
            {
                node.Bytes(5, attribute);
            }

            if (domain.Length > 0)
            {
                node.Text(7, domain);
            }
        }));
        return output;
    }

    public static ByteString Integer(string name, long value) => Attribute(name, 2, attribute => attribute.Integer(3, value));

    public static ByteString Integers(string name, IEnumerable<long> values) => Attribute(name, 7, attribute =>
    {
        foreach (var value in values)
        {
            attribute.Integer(8, value);
        }
    });

    public static ByteString Texts(string name, IEnumerable<string> values) => Attribute(name, 8, attribute =>
    {
        foreach (var value in values)
        {
            attribute.Text(9, value);
        }
    });

    public static ByteString Doubles(string name, ReadOnlySpan<double> values)
    {
        var tensor = DoubleTensor(name, values, [values.Length]);
        return Attribute(name, 4, attribute => attribute.Bytes(5, tensor));
    }

    public static ByteString Bytes(string name, byte[] values)
    {
        var tensor = Tensor(name, OnnxType.UInt8, values, [values.Length]);
        return Attribute(name, 4, attribute => attribute.Bytes(5, tensor));
    }

    /// <summary>The whole model file.</summary>
    public byte[] ToModel(string name, string documentation, IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        var graph = Message(message =>
        {
            message.Each(1, _nodes);
            message.Text(2, name);
            message.Each(5, _initializers);
            message.Text(10, documentation);
            message.Each(11, _inputs);
            message.Each(12, _outputs);
        });
        return Message(model =>
        {
            model.Integer(1, IrVersion);
            model.Text(2, "Fairlead");
            model.Text(6, documentation);
            model.Bytes(7, graph);
            model.Bytes(8, Message(opset => opset.Integer(2, Opset)));
            model.Bytes(8, Message(opset =>
            {
                opset.Text(1, "ai.onnx.ml");
                opset.Integer(2, MlOpset);
            }));
            foreach (var (key, value) in metadata)
            {
                model.Bytes(14, Message(entry =>
                {
                    entry.Text(1, key);
                    entry.Text(2, value);
                }));
            }
        }).ToByteArray();
    }

    private static ByteString ValueInfo(string name, OnnxType type, int width, string meaning)
    {
        var shape = Message(dimensions =>
        {
            dimensions.Bytes(1, Message(rows => rows.Text(2, "rows")));
            dimensions.Bytes(1, Message(columns => columns.Integer(1, width)));
        });
        var tensor = Message(message =>
        {
            message.Integer(1, (long)type);
            message.Bytes(2, shape);
        });
        return Message(info =>
        {
            info.Text(1, name);
            info.Bytes(2, Message(kind => kind.Bytes(1, tensor)));
            info.Text(3, meaning);
        });
    }

    private static ByteString DoubleTensor(string name, ReadOnlySpan<double> values, ReadOnlySpan<long> dimensions)
    {
        var raw = new byte[8 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(raw.AsSpan(8 * i), values[i]);
        }

        return Tensor(name, OnnxType.Double, raw, dimensions);
    }

    private static ByteString Tensor(string name, OnnxType type, byte[] raw, ReadOnlySpan<long> dimensions)
    {
        var sizes = dimensions.ToArray();
        return Message(tensor =>
        {
            foreach (var size in sizes)
            {
                tensor.Integer(1, size);
            }

            tensor.Integer(2, (long)type);
            tensor.Text(8, name);
            tensor.Bytes(9, UnsafeByteOperations.UnsafeWrap(raw));
        });
    }

    private static ByteString Attribute(string name, int type, Action<Fields> value) => Message(attribute =>
    {
        attribute.Text(1, name);
        value(attribute);
        attribute.Integer(20, type);
    });

    private static ByteString Message(Action<Fields> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            write(new Fields(output));
        }

        return UnsafeByteOperations.UnsafeWrap(stream.ToArray());
    }

    /// <summary>Fields of one protobuf message, by number.</summary>
    private readonly struct Fields(CodedOutputStream output)
    {
        public void Integer(int field, long value)
        {
            output.WriteTag(field, WireFormat.WireType.Varint);
            output.WriteInt64(value);
        }

        public void Text(int field, string value)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteString(value);
        }

        public void Bytes(int field, ByteString value)
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(value);
        }

        public void Each(int field, List<ByteString> values)
        {
            foreach (var value in values)
            {
                Bytes(field, value);
            }
        }
    }
}
