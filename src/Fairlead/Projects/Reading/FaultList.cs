using Fairlead.Workspace;

namespace Fairlead.Projects.Reading;

/// <summary>Collects every fault of a file, each with its place.</summary>
internal sealed class FaultList(string file)
{
    private readonly List<(int Line, int Column, Fault Fault)> _faults = [];

    public bool Any => _faults.Count > 0;

    public void Add(YamlNode at, string what, string fix) => _faults.Add((at.Line, at.Column, new Fault(Where(at), what, fix)));

    /// <summary>A fault of the file as a whole.</summary>
    public void Add(string what, string fix) => _faults.Add((int.MaxValue, 0, new Fault(file, what, fix)));

    /// <summary>A fault found elsewhere, such as in the data file.</summary>
    public void Add(Fault fault) => _faults.Add((int.MaxValue, 1, fault));

    public string Where(YamlNode at) => $"{file}:{at.Line}:{at.Column}";

    /// <exception cref="FaultException">There are any: all of them, in the file's order.</exception>
    public void ThrowIfAny()
    {
        if (Any)
        {
            throw new FaultException([.. _faults.OrderBy(f => f.Line).ThenBy(f => f.Column).Select(f => f.Fault)]);
        }
    }
}
