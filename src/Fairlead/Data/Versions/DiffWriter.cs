using System.Text.Json;
using Fairlead.Workspace;

namespace Fairlead.Data.Versions;

/// <summary>Writes a difference beside its place and moves it there when it is whole.</summary>
internal sealed class DiffWriter : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly FileStream _file;
    private bool _finished;

    public DiffWriter(string path)
    {
        _path = Path.GetFullPath(path);
        _temporary = Path.Combine(Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Environment.ProcessId}.tmp");
        _file = new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
    }

    public void Write(DatasetDiff.Head head)
    {
        JsonSerializer.Serialize(_file, head, DiffJson.Lines.Head);
        _file.WriteByte((byte)'\n');
    }

    public void Write(DatasetDiff.Line line)
    {
        JsonSerializer.Serialize(_file, line, DiffJson.Lines.Line);
        _file.WriteByte((byte)'\n');
    }

    /// <summary>On disk, whole, when this returns.</summary>
    public void Finish()
    {
        _file.Dispose();
        DurableFile.Move(_temporary, _path);
        _finished = true;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_finished)
        {
            File.Delete(_temporary);
        }
    }
}
