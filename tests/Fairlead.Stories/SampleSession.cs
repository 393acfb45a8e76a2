namespace Fairlead.Stories;

/// <summary>The sample, brought up as a new user does, with no argument; shared by the stories that look at it. Starts with the first of them.</summary>
public sealed class SampleSession : IAsyncDisposable
{
    private readonly Lazy<Task<UpSession>> _up;

    public SampleSession() => _up = new(() => UpSession.StartAsync(Program));

    public FairleadProgram Program { get; } = new();

    /// <summary>Where <c>up</c> made the project.</summary>
    public string Project => Path.Combine(Program.Workspace, "sample");

    public Task<UpSession> UpAsync() => _up.Value;

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_up.IsValueCreated)
            {
                var up = await _up.Value;
                await using (up)
                {
                    Assert.Equal(0, await up.StopAsync());
                }
            }
        }
        finally
        {
            Program.Dispose();
        }
    }
}
