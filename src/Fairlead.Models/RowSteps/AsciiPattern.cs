using System.Runtime.InteropServices;

namespace Fairlead.Models.RowSteps;

/// <summary>
/// Finds a pattern in the bytes of a text without decoding it: a deterministic automaton built from the pattern as texts need it. Time is linear in the text, memory bounded by <see cref="StatesMax"/>.
/// It gives the answers of <see cref="RowCheckRunner.Pattern"/>, which a property test holds; where a text is not ASCII or a pattern asks for more, it leaves the answer to that engine. Not safe for several threads.
/// </summary>
public sealed class AsciiPattern
{
    /// <summary>States built before the general engine is asked instead.</summary>
    private const int StatesMax = 512;

    private const int Signs = 128;
    private const int Unknown = -1;
    private const int Found = -2;
    private const int Lost = -3;

    private readonly PatternNode[] _nodes;
    private readonly int _first;
    private readonly bool _lineEnds;
    private readonly bool _always;
    private readonly List<int[]> _states = [];
    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private bool[] _ends = new bool[16];
    private readonly bool[] _met;
    private readonly Stack<int> _open = new();
    private int[] _table = [];
    private bool _full;

    private AsciiPattern(PatternNode[] nodes, int first)
    {
        (_nodes, _first, _met) = (nodes, first, new bool[nodes.Length]);
        _lineEnds = nodes.Any(node => node.Kind == PatternNodeKind.LineEnd);
        var start = Closure([first], atStart: true, atEnd: false);
        _always = start.Contains(nodes.Length);
        if (!_always)
        {
            _ = State(start, start: true);
        }
    }

    /// <summary>Null for a pattern that only the general engine knows, or none does.</summary>
    public static AsciiPattern? Of(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return AsciiPatternParser.Parse(pattern) is var (nodes, first) ? new AsciiPattern(nodes, first) : null;
    }

    /// <summary>Whether the pattern is found anywhere in the text (UTF-8); null when the general engine has to say.</summary>
    public bool? IsMatch(ReadOnlySpan<byte> text)
    {
        if (_full || (_lineEnds && text is [.., (byte)'\n']))
        {
            return null;
        }

        if (_always)
        {
            return true;
        }

        var state = 0;
        foreach (var sign in text)
        {
            if (sign >= Signs)
            {
                return null;
            }

            var next = _table[(state * Signs) + sign];
            if (next == Unknown)
            {
                next = Step(state, sign);
            }

            if (next < 0)
            {
                return next == Found ? true : next == Lost ? false : null; // lost: whatever follows
            }

            state = next;
        }

        return _ends[state];
    }

    private int Step(int state, byte sign)
    {
        List<int> taken = [];
        foreach (var node in _states[state])
        {
            if (_nodes[node].Kind == PatternNodeKind.Signs && _nodes[node].Signs.Contains(sign))
            {
                taken.Add(_nodes[node].Next);
            }
        }

        taken.Add(_first); // the search may begin at every place
        var closure = Closure(taken, atStart: false, atEnd: false);
        var next = State(closure, start: false);
        if (next != Unknown)
        {
            _table[(state * Signs) + sign] = next;
        }

        return next;
    }

    private int State(List<int> closure, bool start)
    {
        if (closure.Contains(_nodes.Length))
        {
            return Found;
        }

        closure.Sort();
        if (closure.Count == 0 && !start)
        {
            return Lost;
        }

        var nodes = closure.ToArray();
        var key = new string(MemoryMarshal.Cast<int, char>(nodes));
        if (!start && _known.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_states.Count == StatesMax)
        {
            _full = true;
            return Unknown;
        }

        _states.Add(nodes);
        if (_states.Count > _ends.Length)
        {
            Array.Resize(ref _ends, _ends.Length * 2);
        }

        _ends[_states.Count - 1] = Closure(nodes, atStart: start, atEnd: true).Contains(_nodes.Length);
        if (_table.Length < _states.Count * Signs)
        {
            Array.Resize(ref _table, Math.Max(4 * Signs, _table.Length * 2));
        }

        _table.AsSpan((_states.Count - 1) * Signs, Signs).Fill(Unknown);
        if (!start)
        {
            _known[key] = _states.Count - 1;
        }

        return _states.Count - 1;
    }

    /// <summary>The nodes reached without taking a sign that a next sign or the end may need; the number of nodes stands for having found the pattern.</summary>
    private List<int> Closure(IEnumerable<int> from, bool atStart, bool atEnd)
    {
        List<int> reached = [];
        Array.Clear(_met);
        foreach (var node in from)
        {
            _open.Push(node);
        }

        while (_open.TryPop(out var at))
        {
            if (_met[at])
            {
                continue;
            }

            _met[at] = true;
            var node = _nodes[at];
            switch (node.Kind)
            {
                case PatternNodeKind.Split:
                    _open.Push(node.Next);
                    _open.Push(node.Other);
                    break;
                case PatternNodeKind.Start when atStart:
                case PatternNodeKind.LineEnd or PatternNodeKind.End when atEnd:
                    _open.Push(node.Next);
                    break;
                case PatternNodeKind.Signs or PatternNodeKind.LineEnd or PatternNodeKind.End:
                    reached.Add(at);
                    break;
                case PatternNodeKind.Found:
                    reached.Add(_nodes.Length);
                    break;
                default:
                    break;
            }
        }

        return reached;
    }
}
