using Fairlead.Workspace;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Fairlead.Projects.Reading;

/// <summary>A value of a YAML file and where it stands. Lines and columns count from 1.</summary>
/// <param name="EndIndex">Characters before its end, from the start of the file.</param>
internal abstract record YamlNode(int Line, int Column, int Index, int EndIndex);

/// <summary>A scalar. Every one is text: yes, 1 and 1.0 stay as written.</summary>
/// <param name="Plain">Written without quotes.</param>
internal sealed record YamlText(string Value, bool Plain, int Line, int Column, int Index, int EndIndex) : YamlNode(Line, Column, Index, EndIndex)
{
    /// <summary>Nothing stands there, or null or ~.</summary>
    public bool IsNull => Plain && Value is "" or "null" or "~";
}

/// <param name="Flow">Written in brackets, [a, b].</param>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, bool Flow, int Line, int Column, int Index, int EndIndex) : YamlNode(Line, Column, Index, EndIndex);

/// <param name="Flow">Written in braces, {a: 1}.</param>
internal sealed record YamlMap(IReadOnlyList<KeyValuePair<YamlText, YamlNode>> Entries, bool Flow, int Line, int Column, int Index, int EndIndex) : YamlNode(Line, Column, Index, EndIndex)
{
    public YamlNode? this[string key] => Entries.FirstOrDefault(e => e.Key.Value == key).Value;
}

/// <summary>Reads YAML into nodes that know their place. Anchors, aliases, tags and several documents are refused: a project file needs none.</summary>
internal sealed class YamlTree
{
    /// <summary>Largest file, in characters: 5,000 columns need about 500,000.</summary>
    public const int CharactersMax = 8_000_000;

    /// <summary>Deepest nesting; the format itself needs 5.</summary>
    public const int DepthMax = 20;

    private readonly Parser _parser;
    private readonly string _file;

    private YamlTree(string text, string file) => (_parser, _file) = (new Parser(new StringReader(text)), file);

    /// <summary>The file's top node; null when the file holds nothing but comments.</summary>
    /// <exception cref="FaultException">It is not YAML; the place is the parser's.</exception>
    public static YamlNode? Parse(string text, string file)
    {
        if (text.Length > CharactersMax)
        {
            throw new FaultException(file, $"The file has {text.Length} characters, at most {CharactersMax} are read.", "Split the project.");
        }

        var tree = new YamlTree(text, file);
        try
        {
            return tree.Document();
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException or ArgumentException)
        {
            // The parser fails with its own bugs on some broken texts ("{{" before a plain scalar); the place is then where it stood.
            var at = (exception as YamlException)?.Start ?? tree._parser.Current?.End ?? Mark.Empty;
            var lines = text.Split('\n');
            if (Array.FindIndex(lines, l => l.AsSpan(0, l.Length - l.AsSpan().TrimStart(" \t").Length).Contains('\t')) is >= 0 and var tabbed)
            {
                throw new FaultException($"{file}:{tabbed + 1}:{lines[tabbed].IndexOf('\t', StringComparison.Ordinal) + 1}", "This is not YAML: a line is indented with a tab.", "Indent with blanks.");
            }

            var message = exception is InvalidOperationException ? "a bracket, a quote or an indentation does not fit" : exception.InnerException?.Message ?? exception.Message;
            throw new FaultException($"{file}:{at.Line}:{at.Column}", $"This is not YAML: {message.TrimEnd('.')}.", "Check indentation (blanks, no tabs), quotes and brackets here and on the line above; quote text that holds \": \" or starts with a special character.");
        }
    }

    private YamlNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        var node = Node(0);
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
        {
            throw Refused(_parser.Current!.Start, "A second document starts here.", "Keep one document, without ---.");
        }

        return node is YamlText { IsNull: true } ? null : node;
    }

    private YamlNode Node(int depth)
    {
        if (_parser.Accept<AnchorAlias>(out var alias))
        {
            throw Refused(alias.Start, $"*{alias.Value} is an alias, which a project file does not have.", "Write the value out.");
        }

        var start = _parser.Current!.Start;
        if (_parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || (!node.Tag.IsEmpty && node.Tag != "!")))
        {
            throw Refused(start, "Anchors (&) and tags (!) are not used in a project file.", "Take it away, or quote the text.");
        }

        if (depth > DepthMax)
        {
            throw Refused(start, $"Nested deeper than {DepthMax} levels.", "Look for stray brackets or indentation.");
        }

        var (line, column, index) = ((int)start.Line, (int)start.Column, (int)start.Index);
        if (_parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlText(scalar.Value, scalar.Style == ScalarStyle.Plain, line, column, index, (int)scalar.End.Index);
        }

        if (_parser.TryConsume<SequenceStart>(out var list))
        {
            var items = new List<YamlNode>();
            while (!_parser.Accept<SequenceEnd>(out _))
            {
                items.Add(Node(depth + 1));
            }

            var isFlow = list.Style == SequenceStyle.Flow;
            return new YamlList(items, isFlow, line, column, index, (int)_parser.Consume<SequenceEnd>().End.Index + (isFlow ? 1 : 0)); // its mark is before the bracket
        }

        var map = _parser.Consume<MappingStart>();
        var entries = new List<KeyValuePair<YamlText, YamlNode>>();
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var at = _parser.Current!.Start;
            if (Node(depth + 1) is not YamlText key)
            {
                throw Refused(at, "A key must be plain text.", "Write key: value.");
            }

            entries.Add(new(key, Node(depth + 1)));
        }

        var isFlowMap = map.Style == MappingStyle.Flow;
        return new YamlMap(entries, isFlowMap, line, column, index, (int)_parser.Consume<MappingEnd>().End.Index + (isFlowMap ? 1 : 0));
    }

    private FaultException Refused(Mark at, string what, string fix) => new($"{_file}:{at.Line}:{at.Column}", what, fix);
}
