using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Fairlead.Tests.Cli;

/// <summary>The shape of a JSON answer read from its serializer's contract: property names and types, nested, one a line.</summary>
internal static class ShapeOf
{
    public static string Answer(JsonTypeInfo type)
    {
        var text = new StringBuilder();
        Write(text, type, "", []);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonTypeInfo type, string indent, HashSet<Type> above)
    {
        foreach (var property in type.Properties)
        {
            text.Append(indent).Append(property.Name).Append(": ");
            Value(text, type.Options.GetTypeInfo(property.PropertyType), property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null, indent, above);
        }
    }

    private static void Value(StringBuilder text, JsonTypeInfo type, bool nullable, string indent, HashSet<Type> above)
    {
        var mark = nullable ? " or null" : "";
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                text.Append("list").Append(mark).Append(" of ");
                Value(text, type.Options.GetTypeInfo(type.ElementType!), false, indent, above);
                break;
            case JsonTypeInfoKind.Dictionary:
                text.Append("object").Append(mark).Append(" of name to ");
                Value(text, type.Options.GetTypeInfo(type.ElementType!), Nullable.GetUnderlyingType(type.ElementType!) is not null, indent, above);
                break;
            case JsonTypeInfoKind.Object when above.Contains(type.Type):
                text.Append("the same\n");
                break;
            case JsonTypeInfoKind.Object:
                text.Append("object").Append(mark).Append('\n');
                Write(text, type, indent + "  ", [.. above, type.Type]);
                break;
            default:
                text.Append(Name(type.Options.GetTypeInfo(Nullable.GetUnderlyingType(type.Type) ?? type.Type))).Append(mark).Append('\n');
                break;
        }
    }

    private static string Name(JsonTypeInfo info) => info.Type switch
    {
        var type when type == typeof(string) => "text",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(int) || type == typeof(long) => "whole number",
        var type when type == typeof(double) => "number",
        var type when type == typeof(DateTimeOffset) => "time (ISO 8601)",
        { IsEnum: true } type => string.Join(" | ", Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.Serialize(value, info))),
        var type => type.Name,
    };
}
