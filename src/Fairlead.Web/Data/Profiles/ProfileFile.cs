using Fairlead.Data.Profiles;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fairlead.Web.Data.Profiles;

/// <summary>A profile as one HTML file: style and charts are in it, nothing is fetched, no script.</summary>
public static class ProfileFile
{
    public static async Task<string> HtmlAsync(TableProfile profile, string title)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(ProfileDocument.Profile)] = profile, [nameof(ProfileDocument.Title)] = title });
            return (await renderer.RenderComponentAsync<ProfileDocument>(parameters)).ToHtmlString();
        });
    }
}
