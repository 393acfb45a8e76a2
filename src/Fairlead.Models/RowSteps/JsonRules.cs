using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Fairlead.Models.RowSteps;

/// <summary>A JSON Schema, compiled: whether a text is JSON that meets it. Thread-safe.</summary>
/// <remarks>
/// The validation keywords of JSON Schema drafts 7 to 2020-12 (https://json-schema.org/draft/2020-12/json-schema-validation): type, enum, const, multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum,
/// maxLength, minLength, pattern, items, prefixItems, additionalItems, contains, minContains, maxContains, maxItems, minItems, uniqueItems, maxProperties, minProperties, required, properties,
/// patternProperties, additionalProperties, propertyNames, dependentRequired, dependentSchemas, dependencies, allOf, anyOf, oneOf, not, if, then, else, and $ref within the schema (#, #/…).
/// Keywords that only describe (title, description, format, …) are read over; any other is refused, so that no rule is silently not held. Lengths count code points.
/// </remarks>
public sealed class JsonRules
{
    /// <summary>Deepest nesting of a text, and of schemas within schemas.</summary>
    public const int DepthMax = 64;

    private static readonly HashSet<string> Described = new(StringComparer.Ordinal)
    {
        "$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples", "format", "readOnly", "writeOnly", "deprecated", "contentEncoding", "contentMediaType",
    };

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax };
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal) { "null", "boolean", "object", "array", "string", "number", "integer" };
    private readonly JsonElement _schema;
    private readonly Dictionary<string, Regex> _patterns = new(StringComparer.Ordinal);

    /// <param name="schema">The schema as JSON text.</param>
    /// <exception cref="ArgumentException">It is not JSON, or has a keyword that is not held.</exception>
    public JsonRules(string schema)
    {
        try
        {
            using var document = JsonDocument.Parse(schema, Options);
            _schema = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The schema is not JSON: {exception.Message}", nameof(schema), exception);
        }

        Inspect(_schema, 0);
    }

    /// <summary>Whether a text is one JSON value, however deep.</summary>
    public static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, AnyDepth);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether a text is one JSON value that meets the schema. One deeper than <see cref="DepthMax"/>, or with half a surrogate pair (<c>"\ud83d"</c>), does not.</summary>
    public bool Meets(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Meets(_schema, document.RootElement, 0);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException) // the latter: an escaped half of a surrogate pair is no text
        {
            return false;
        }
    }

    private void Inspect(JsonElement schema, int depth)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return;
        }

        if (schema.ValueKind != JsonValueKind.Object || depth > DepthMax)
        {
            throw new ArgumentException(depth > DepthMax ? "The schema is nested too deep." : $"A schema is an object, true or false, not {schema.GetRawText()}.", nameof(schema));
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            var value = keyword.Value;
            switch (keyword.Name)
            {
                case "additionalProperties" or "additionalItems" or "contains" or "propertyNames" or "not" or "if" or "then" or "else":
                    Inspect(value, depth + 1);
                    break;
                case "items" when value.ValueKind != JsonValueKind.Array:
                    Inspect(value, depth + 1);
                    break;
                case "items" or "prefixItems" or "allOf" or "anyOf" or "oneOf":
                    Require(value, JsonValueKind.Array, keyword.Name);
                    foreach (var inner in value.EnumerateArray())
                    {
                        Inspect(inner, depth + 1);
                    }

                    break;
                case "properties" or "patternProperties" or "$defs" or "definitions" or "dependentSchemas":
                    Require(value, JsonValueKind.Object, keyword.Name);
                    foreach (var inner in value.EnumerateObject())
                    {
                        Inspect(inner.Value, depth + 1);
                        if (keyword.Name == "patternProperties")
                        {
                            AddPattern(inner.Name);
                        }
                    }

                    break;
                case "pattern":
                    Require(value, JsonValueKind.String, keyword.Name);
                    AddPattern(value.GetString()!);
                    break;
                case "$ref":
                    _ = Resolve(value.GetString() ?? "");
                    break;
                case "multipleOf" or "maximum" or "exclusiveMaximum" or "minimum" or "exclusiveMinimum" or "maxLength" or "minLength" or "maxItems" or "minItems" or "maxProperties" or "minProperties" or "minContains" or "maxContains":
                    Require(value, JsonValueKind.Number, keyword.Name);
                    break;
                case "required":
                    Names(value, keyword.Name);
                    break;
                case "enum":
                    Require(value, JsonValueKind.Array, keyword.Name);
                    break;
                case "dependentRequired" or "dependencies":
                    Require(value, JsonValueKind.Object, keyword.Name);
                    foreach (var inner in value.EnumerateObject().Where(inner => inner.Value.ValueKind == JsonValueKind.Array))
                    {
                        Names(inner.Value, keyword.Name);
                    }

                    break;
                case "type":
                    foreach (var type in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : [value])
                    {
                        if (type.ValueKind != JsonValueKind.String || !Types.Contains(type.GetString()!))
                        {
                            throw new ArgumentException($"The schema's \"type\" {type.GetRawText()} is none. Types: {string.Join(", ", Types)}.", nameof(schema));
                        }
                    }

                    break;
                case "const" or "uniqueItems":
                    break;
                case var other when !Described.Contains(other):
                    throw new ArgumentException($"The schema's keyword \"{other}\" is not held here.", nameof(schema));
            }
        }
    }

    private static void Require(JsonElement value, JsonValueKind kind, string keyword)
    {
        if (value.ValueKind != kind)
        {
            throw new ArgumentException($"The schema's \"{keyword}\" must be {(kind == JsonValueKind.Array ? "a list" : kind == JsonValueKind.Object ? "an object" : kind == JsonValueKind.Number ? "a number" : "text")}.", nameof(value));
        }
    }

    private static void Names(JsonElement value, string keyword)
    {
        Require(value, JsonValueKind.Array, keyword);
        if (value.EnumerateArray().FirstOrDefault(name => name.ValueKind != JsonValueKind.String) is { ValueKind: not JsonValueKind.Undefined } other)
        {
            throw new ArgumentException($"The schema's \"{keyword}\" lists names, and {other.GetRawText()} is none.", nameof(value));
        }
    }

    private void AddPattern(string pattern) => _patterns.TryAdd(pattern, RowCheckRunner.Pattern(pattern));

    private JsonElement Resolve(string reference)
    {
        var at = _schema;
        if (reference == "#")
        {
            return at;
        }

        foreach (var part in reference.StartsWith("#/", StringComparison.Ordinal) ? reference[2..].Split('/') : throw new ArgumentException($"\"$ref\": \"{reference}\" points outside the schema.", nameof(reference)))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var next) ? next
                : at.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength() ? at[index]
                : throw new ArgumentException($"\"$ref\": \"{reference}\" names nothing in the schema.", nameof(reference));
        }

        return at;
    }

    private bool Meets(JsonElement schema, JsonElement value, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return schema.ValueKind == JsonValueKind.True;
        }

        if (depth > DepthMax)
        {
            return false; // a reference to itself without an end
        }

        foreach (var keyword in schema.EnumerateObject())
        {
            var rule = keyword.Value;
            var meets = keyword.Name switch
            {
                "$ref" => Meets(Resolve(rule.GetString()!), value, depth + 1),
                "type" => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(type => IsType(value, type.GetString())) : IsType(value, rule.GetString()),
                "enum" => rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
                "const" => JsonElement.DeepEquals(rule, value),
                "allOf" => rule.EnumerateArray().All(one => Meets(one, value, depth + 1)),
                "anyOf" => rule.EnumerateArray().Any(one => Meets(one, value, depth + 1)),
                "oneOf" => rule.EnumerateArray().Count(one => Meets(one, value, depth + 1)) == 1,
                "not" => !Meets(rule, value, depth + 1),
                "if" => If(schema, rule, value, depth),
                _ => value.ValueKind switch
                {
                    JsonValueKind.Number => OfNumber(keyword.Name, rule, value),
                    JsonValueKind.String => OfText(keyword.Name, rule, value.GetString()!),
                    JsonValueKind.Array => OfList(keyword.Name, rule, schema, value, depth),
                    JsonValueKind.Object => OfObject(keyword.Name, rule, schema, value, depth),
                    _ => true,
                },
            };
            if (!meets)
            {
                return false;
            }
        }

        return true;
    }

    private bool If(JsonElement schema, JsonElement condition, JsonElement value, int depth) =>
        !schema.TryGetProperty(Meets(condition, value, depth + 1) ? "then" : "else", out var rule) || Meets(rule, value, depth + 1);

    private static bool IsType(JsonElement value, string? type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number == Math.Floor(number),
        _ => false,
    };

    private static bool OfNumber(string keyword, JsonElement rule, JsonElement value)
    {
        if (keyword is not ("minimum" or "exclusiveMinimum" or "maximum" or "exclusiveMaximum" or "multipleOf"))
        {
            return true;
        }

        var (number, bound) = (value.GetDouble(), rule.GetDouble());
        return keyword switch
        {
            "minimum" => number >= bound,
            "exclusiveMinimum" => number > bound,
            "maximum" => number <= bound,
            "exclusiveMaximum" => number < bound,
            _ => value.TryGetDecimal(out var exact) && rule.TryGetDecimal(out var step) ? step != 0 && exact % step == 0 : number / bound is var times && times == Math.Floor(times),
        };
    }

    private bool OfText(string keyword, JsonElement rule, string value) => keyword switch
    {
        "minLength" => PlainText.Length(value) >= rule.GetDouble(),
        "maxLength" => PlainText.Length(value) <= rule.GetDouble(),
        "pattern" => _patterns[rule.GetString()!].IsMatch(value),
        _ => true,
    };

    private bool OfList(string keyword, JsonElement rule, JsonElement schema, JsonElement value, int depth)
    {
        var count = value.GetArrayLength();
        switch (keyword)
        {
            case "minItems":
                return count >= rule.GetDouble();
            case "maxItems":
                return count <= rule.GetDouble();
            case "uniqueItems":
                var items = value.EnumerateArray().ToList();
                return rule.ValueKind != JsonValueKind.True || !items.Where((item, i) => items.Take(i).Any(before => JsonElement.DeepEquals(before, item))).Any();
            case "items" when rule.ValueKind != JsonValueKind.Array:
                var before = schema.TryGetProperty("prefixItems", out var prefix) ? prefix.GetArrayLength() : 0;
                return value.EnumerateArray().Skip(before).All(item => Meets(rule, item, depth + 1));
            case "items" or "prefixItems":
                return value.EnumerateArray().Zip(rule.EnumerateArray()).All(pair => Meets(pair.Second, pair.First, depth + 1));
            case "additionalItems":
                return !schema.TryGetProperty("items", out var tuple) || tuple.ValueKind != JsonValueKind.Array || value.EnumerateArray().Skip(tuple.GetArrayLength()).All(item => Meets(rule, item, depth + 1));
            case "contains":
                var found = value.EnumerateArray().Count(item => Meets(rule, item, depth + 1));
                return found >= (schema.TryGetProperty("minContains", out var min) ? min.GetDouble() : 1) && (!schema.TryGetProperty("maxContains", out var max) || found <= max.GetDouble());
            default:
                return true;
        }
    }

    private bool OfObject(string keyword, JsonElement rule, JsonElement schema, JsonElement value, int depth)
    {
        switch (keyword)
        {
            case "required":
                return rule.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _));
            case "minProperties":
                return value.EnumerateObject().Count() >= rule.GetDouble();
            case "maxProperties":
                return value.EnumerateObject().Count() <= rule.GetDouble();
            case "properties":
                return rule.EnumerateObject().All(one => !value.TryGetProperty(one.Name, out var inner) || Meets(one.Value, inner, depth + 1));
            case "patternProperties":
                return rule.EnumerateObject().All(one => value.EnumerateObject().All(inner => !_patterns[one.Name].IsMatch(inner.Name) || Meets(one.Value, inner.Value, depth + 1)));
            case "additionalProperties":
                return value.EnumerateObject().All(inner => IsNamed(schema, inner.Name) || Meets(rule, inner.Value, depth + 1));
            case "propertyNames":
                return value.EnumerateObject().All(inner =>
                {
                    using var name = JsonDocument.Parse($"\"{JsonEncodedText.Encode(inner.Name)}\"");
                    return Meets(rule, name.RootElement, depth + 1);
                });
            case "dependentRequired" or "dependentSchemas" or "dependencies":
                return rule.EnumerateObject().All(one => !value.TryGetProperty(one.Name, out _)
                    || (one.Value.ValueKind == JsonValueKind.Array ? one.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)) : Meets(one.Value, value, depth + 1)));
            default:
                return true;
        }
    }

    private bool IsNamed(JsonElement schema, string name) =>
        (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _))
        || (schema.TryGetProperty("patternProperties", out var patterns) && patterns.EnumerateObject().Any(one => _patterns[one.Name].IsMatch(name)));
}
