using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/health.md, and that it does what the page says.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HealthSnippets : IDisposable
{
    private readonly TemporaryCurrentFolder _folder = new();
    private readonly HostApplicationBuilder _builder = Host.CreateApplicationBuilder();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Store_is_checked()
    {
        var builder = _builder;

        builder.Services.AddImageStorage().UseFileSystem("data/images");
        builder.Services.AddHealthChecks().AddImageStorage();

        var report = await CheckAsync();
        Assert.That(report.Entries.Select(entry => (entry.Key, entry.Value.Status)), Is.EqualTo(new[] { ("images", HealthStatus.Healthy) }));
    }

    [Test]
    public async Task Named_store_is_checked()
    {
        var builder = _builder;
        builder.Services.AddImageStorage("avatars").UseFileSystem("data/avatars");

        builder.Services.AddHealthChecks().AddImageStorage("avatars");

        var report = await CheckAsync();
        Assert.That(report.Entries.Select(entry => (entry.Key, entry.Value.Status)), Is.EqualTo(new[] { ("images:avatars", HealthStatus.Healthy) }));
    }

    [TestCase(false, "\"state\":0")]
    [TestCase(true, "\"state\":\"Healthy\"")]
    public async Task Report_as_json_has_names_of_enums_with_a_converter(bool hasConverter, string state)
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddImageStorage().UseInMemory();
        if (hasConverter)
        {
            builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        }

        await using var app = builder.Build();

        app.MapGet("/status", async (IStorageHealth health) => Results.Ok(await health.GetReportAsync()));

        using var client = await LoopbackApp.StartAsync(app);
        Assert.That(await client.GetStringAsync("/status"), Does.Contain(state));
    }

    [Test]
    public async Task Report_has_an_entry_for_each_provider()
    {
        _builder.Services.AddImageStorage().UseFileSystem("data/images");
        using var host = _builder.Build();
        var health = host.Services.GetRequiredService<IStorageHealth>();

        var report = await health.GetReportAsync();
        foreach (var provider in report.Providers)
        {
            Console.WriteLine($"{provider.Role} {provider.Name}: reachable {provider.IsReachable}, {provider.Failure}");
        }

        Assert.That(report.State, Is.EqualTo(StorageHealthState.Healthy));
        Assert.That(report.Providers.Select(provider => (provider.Role, provider.IsReachable, provider.Failure)), Is.EqualTo(new[] { (ProviderRole.Primary, (bool?)true, (string?)null) }));
    }

    private async Task<HealthReport> CheckAsync()
    {
        using var host = _builder.Build();
        return await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }
}
