using Fairlead.Customers;
using Fairlead.Iterations;
using Fairlead.Models.Contracts;
using Fairlead.Projects;
using Fairlead.Web;
using Fairlead.Web.Projects;
using Fairlead.Workspace;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Fairlead.Tests.Web;

/// <summary>A project with a workspace, iterations, a review and causes, made up, for pages to show. The numbers are plausible and mean nothing.</summary>
internal sealed class ExampleProject : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 30, 0, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("fairlead-web-").FullName;

    public ExampleProject(ModelTask task, int iterations = 4)
    {
        Clock = new SetClock(Now);
        Workspace = WorkspaceFolder.Open(Path.Combine(_root, "workspace"), Clock);
        Project = ExampleData.Project(task, Directory.CreateDirectory(Path.Combine(_root, "project")).FullName);
        Contract = ExampleData.Contract(Project);
        var quarantine = iterations > 0 ? ExampleData.Quarantine(Workspace.Blobs) : "";
        for (var number = 1; number <= iterations; number++)
        {
            IterationRecords.AddAsync(Workspace.Records, Project.Id, ExampleData.Iteration(Project, number, Now, quarantine)).GetAwaiter().GetResult();
        }
    }

    public SetClock Clock { get; }

    public WorkspaceFolder Workspace { get; }

    public ProjectFile Project { get; }

    public ModelContract Contract { get; }

    /// <summary>Files that accepting the example's cause writes.</summary>
    public ProjectParts Parts { get; set; } = new();

    public ProjectView View() => new(() => Project, Workspace, Parts with { Causes = () => [ExampleData.Cause(Project)], Risks = () => ExampleData.Risks() });

    public Task<OpenReview.Opened> OpenAsync(int cards = 24, int days = Review.DefaultDays) =>
        OpenReview.StoreAsync(Project, 4, Contract, [.. Enumerable.Range(0, cards).Select(i => ExampleData.Card(Project, Contract, i))], [], days, null, Workspace);

    public static async Task<(WebApplication App, HttpClient Client)> StartAsync(WebApplication app)
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
#pragma warning disable CA2000 // the client owns the handler
        return (app, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) });
#pragma warning restore CA2000
    }

    public Task<(WebApplication App, HttpClient Client)> WorkbenchAsync(IProjectView? view = null) => StartAsync(Workbench.Build(new WorkbenchOptions([view ?? View()], Port: 0)));

    public void Dispose()
    {
        Workspace.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>A clock that tests move.</summary>
    internal sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Time { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Time;
    }
}
