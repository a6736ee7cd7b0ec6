using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Serving;

/// <summary>
/// A web server on the loopback interface that serves the images of an open store, read-only. Requests with the name of
/// another host are refused, so that a page whose name an attacker resolves to this machine cannot read images.
/// </summary>
internal sealed class ImageServer : IAsyncDisposable
{
    private const string Path = "/images";
    private const int MaxConnections = 1000;

    // Less than the time after which a command that does not end is abandoned.
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1);
    private readonly WebApplication _app;

    private ImageServer(WebApplication app)
    {
        _app = app;
        Address = new Uri($"{app.Urls.Single()}{Path}/");
    }

    /// <summary>Gets the address before the keys.</summary>
    public Uri Address { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="images">The images, which the server does not dispose.</param>
    /// <param name="port">The port; 0 for a free port.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ToolException">The port cannot be used.</exception>
    public static async Task<ImageServer> StartAsync(IImageStorage images, int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddHostFiltering(options => options.AllowedHosts = ["localhost", "127.0.0.1"]);
        builder.Services.AddKeyedSingleton(string.Empty, images);
        var app = builder.Build();
        try
        {
            app.UseHostFiltering();
            app.MapImages(Path, ImageAccess.Open);
            await app.StartAsync(cancellationToken);
            return new ImageServer(app);
        }
        catch (IOException exception)
        {
            await app.DisposeAsync();
            throw new ToolException($"The port {port} cannot be used: {exception.Message} Give another --port, or none for a free port.", exception);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the command is ended, and stops the server.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.Register(ended.SetResult))
        {
            await ended.Task;
        }

        using var time = new CancellationTokenSource(ShutdownTime);
        await _app.StopAsync(time.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
