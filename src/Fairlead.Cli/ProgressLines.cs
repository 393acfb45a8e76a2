using System.Globalization;
using Fairlead.Iterations;

namespace Fairlead.Cli;

/// <summary>Shows a running iteration on stderr: a line a finished step; on a terminal, the running step and its newest trial on the last line.</summary>
internal sealed class ProgressLines : IProgress<LoopEvent>
{
    private readonly Lock _lock = new();
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private string _step = "";
    private double? _best;
    private bool _waited;

    public void Report(LoopEvent value)
    {
        lock (_lock)
        {
            switch (value)
            {
                case LoopEvent.Started started:
                    _step = started.Says;
                    _best = null;
                    Transient($"  … {started.Says}");
                    break;
                case LoopEvent.Trial { Record: var trial }:
                    if (trial.Score is { } score && !(score >= _best))
                    {
                        _best = score;
                    }

                    Transient($"  … {_step}: trial {trial.Number} {trial.Trainer}{(_best is { } best ? $", best so far {best.ToString("0.0000", CultureInfo.InvariantCulture)}" : "")}");
                    break;
                case LoopEvent.Waiting waiting:
                    if (!_terminal && !_waited)
                    {
                        Line($"    {waiting.Says}");
                    }

                    _waited = true;
                    Transient($"  … {waiting.Says}");
                    break;
                case LoopEvent.Note note:
                    Line($"    {note.Says}");
                    break;
                case LoopEvent.Finished { Run: var run } finished:
                    var time = run.Reused ? "reused" : $"{run.Seconds.ToString("0.0", CultureInfo.InvariantCulture)} s";
                    Line($"  {(_terminal ? "\u001b[32m✓\u001b[0m" : "✓")} {run.Step,-9} {time,7}  {finished.Says}");
                    break;
            }
        }
    }

    private void Transient(string text)
    {
        if (_terminal)
        {
            var width = Math.Max(20, Console.WindowWidth - 1);
            Console.Error.Write($"\r\u001b[K{(text.Length > width ? text[..(width - 1)] + "…" : text)}");
        }
    }

    private void Line(string text) => Console.Error.WriteLine(_terminal ? $"\r\u001b[K{text}" : text);
}
