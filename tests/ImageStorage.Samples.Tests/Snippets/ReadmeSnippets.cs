using System.Diagnostics;
using System.Net;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The web application of the README, by real HTTP.</summary>
internal sealed class ReadmeSnippets
{
    [Test]
    public async Task Web_application_serves_an_image()
    {
        using var folder = new TemporaryCurrentFolder();
        using var hosts = new HostWatch();
        var running = Task.Run(() => Run(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]));
        var host = await Task.WhenAny(hosts.Built, FailedAsync(running)).Unwrap();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task;
        using var client = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        await host.Services.GetRequiredService<IImageStorage>().SaveBytesAsync("cats/tom.jpg", SampleImages.Jpeg());

        using var get = await client.GetAsync("/images/cats/tom.jpg");
        using var missing = await client.GetAsync("/images/cats/none.jpg");
        using var invalid = await client.GetAsync("/images/cats//x");
        var bytes = await get.Content.ReadAsByteArrayAsync();
        lifetime.StopApplication();
        await running;

        Assert.That((get.StatusCode, missing.StatusCode, invalid.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadRequest)));
        Assert.That((get.Content.Headers.ContentType?.MediaType, bytes), Is.EqualTo(("image/jpeg", SampleImages.Jpeg())));
    }

    private static async Task<IHost> FailedAsync(Task running)
    {
        await running;
        throw new InvalidOperationException("The application ended before it was built.");
    }

    private static void Run(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddImageStorage().UseFileSystem("data/images");
        var app = builder.Build();
        app.MapImages("/images", ImageAccess.Open);
        app.Run();
    }

    /// <summary>Waits for the host that a program builds, as the test server of ASP.NET Core does.</summary>
    private sealed class HostWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly TaskCompletionSource<IHost> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly IDisposable _listeners;
        private IDisposable? _events;

        public HostWatch() => _listeners = DiagnosticListener.AllListeners.Subscribe(this);

        public Task<IHost> Built => _built.Task;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                _events = value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == "HostBuilt")
            {
                _built.TrySetResult((IHost)value.Value!);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose()
        {
            _listeners.Dispose();
            _events?.Dispose();
        }
    }
}
