using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/resilience.md, and the defaults that the page says.</summary>
internal sealed class ResilienceSnippets
{
    [Test]
    public void Provider_gets_its_own_limits_by_code_and_by_configuration([Values] bool isConfigured)
    {
        var builder = Host.CreateApplicationBuilder();
        if (isConfigured)
        {
            builder.Configuration.AddConfiguration(GuideJson.Of("resilience"));
            builder.Services.AddImageStorage(builder.Configuration.GetSection("ImageStorage")).AddFileSystemProvider();
        }
        else
        {
            builder.Services.AddImageStorage()
                .UseFileSystem("/mnt/images")
                .WithResilience(resilience =>
                {
                    resilience.AttemptTimeout = TimeSpan.FromSeconds(3);
                    resilience.MaxRetries = 1;
                });
        }

        using var container = builder.Services.BuildServiceProvider();

        Assert.That(container.GetRequiredService<IImageStorage>().ToString(), Does.Contain("Resilience("));
        if (!isConfigured)
        {
            var options = OptionsOf(container, string.Empty);
            Assert.That((options.AttemptTimeout, options.MaxRetries, options.CallTimeout), Is.EqualTo((TimeSpan.FromSeconds(3), 1, TimeSpan.FromSeconds(30))));
        }
    }

    [Test]
    public void Fallback_gets_its_own_limits_and_the_primary_gives_up_sooner()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddImageStorage()
            .UseFileSystem("/mnt/images")
            .WithFallback(fallback => fallback
                .UseFileSystem("/mnt/fallback")
                .WithResilience(resilience => resilience.AttemptTimeout = TimeSpan.FromSeconds(2)));

        using var container = builder.Services.BuildServiceProvider();
        var primary = OptionsOf(container, string.Empty);
        var fallback = OptionsOf(container, ":Fallbacks:0");

        Assert.That((fallback.AttemptTimeout, fallback.MaxRetries), Is.EqualTo((TimeSpan.FromSeconds(2), 3)));
        Assert.That(
            (primary.AttemptTimeout, primary.CallTimeout, primary.SaveTimeout, primary.MaxRetries, primary.RepeatAfterTimeout, primary.BreakDuration),
            Is.EqualTo((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), 2, false, TimeSpan.FromSeconds(5))));
    }

    private static ResilienceOptions OptionsOf(IServiceProvider services, string name) => services.GetRequiredService<IOptionsMonitor<ResilienceOptions>>().Get(name);
}
