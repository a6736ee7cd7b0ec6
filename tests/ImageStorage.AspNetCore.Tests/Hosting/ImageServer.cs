using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.AspNetCore.Tests.Hosting;

/// <summary>
/// Kestrel on a free port of the loopback interface, with a store in memory whose calls are recorded and can fail. Requests
/// are bytes on a socket, because clients normalize what they send.
/// </summary>
internal sealed class ImageServer : IAsyncDisposable
{
    public const string Host = "images.test";
    private readonly WebApplication _app;
    private readonly int _port;

    private ImageServer(WebApplication app, Uri address, RecordedCalls calls, FakeTimeProvider clock)
    {
        (_app, Address, _port, Calls, Clock) = (app, address, address.Port, calls, clock);
        Images = app.Services.GetRequiredService<IImageStorage>();
    }

    public Uri Address { get; }

    public IImageStorage Images { get; }

    public IServiceProvider Services => _app.Services;

    public RecordedCalls Calls { get; }

    public FakeTimeProvider Clock { get; }

    /// <summary>Gets what the server has logged as an error, such as an unhandled exception.</summary>
    public IReadOnlyCollection<string> Errors => Services.GetRequiredService<ErrorLog>().Entries;

    /// <summary>Starts a server with one store and the endpoints under <c>/images</c>.</summary>
    public static Task<ImageServer> StartAsync(ImageAccess access = ImageAccess.Open, Action<ImageEndpointOptions>? configure = null, Action<ImageStorageBuilder>? store = null, Action<WebApplicationBuilder>? host = null) =>
        StartAsync(app => app.MapImages("/images", access, configure), store, host);

    /// <summary>Starts a server with one store and other endpoints.</summary>
    public static async Task<ImageServer> StartAsync(Action<WebApplication> map, Action<ImageStorageBuilder>? store = null, Action<WebApplicationBuilder>? host = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<ErrorLog>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<ErrorLog>());
        var calls = new RecordedCalls();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero));
        builder.Services.AddSingleton<TimeProvider>(clock);
        var images = builder.Services.AddImageStorage().UseProvider("Recorded", _ => new FaultInjectingProvider(new InMemoryImageProvider(clock), calls.Record));
        store?.Invoke(images);
        host?.Invoke(builder);
        var app = builder.Build();
        app.Use(async (context, next) =>
        {
            calls.Begin();
            try
            {
                await next(context);
            }
            finally
            {
                calls.End(context.Response.StatusCode);
            }
        });
        map(app);
        await app.StartAsync();
        return new ImageServer(app, new Uri(app.Urls.Single()), calls, clock);
    }

    /// <summary>Sends a request without a body.</summary>
    public Task<RawResponse> SendAsync(string method, string target, params string[] headers) => SendAsync(method, target, null, headers);

    /// <summary>Sends a request with a body and its length.</summary>
    public Task<RawResponse> SendAsync(string method, string target, byte[]? body, params string[] headers)
    {
        string[] all = [$"Host: {Host}", "Connection: close", .. body is null ? (string[])[] : [$"Content-Length: {body.Length}"], .. headers];
        byte[] request = [.. Encoding.Latin1.GetBytes($"{method} {target} HTTP/1.1\r\n{string.Join("\r\n", all)}\r\n\r\n"), .. body ?? []];
        return ExchangeAsync(request);
    }

    /// <summary>Sends bytes, half-closes the connection, and reads the response to its end.</summary>
    public async Task<RawResponse> ExchangeAsync(ReadOnlyMemory<byte> request, bool halfClose = false)
    {
        Calls.ForgetBegun();
        using var socket = await ConnectAsync();
        await SendAllAsync(socket, request);
        if (halfClose)
        {
            // Kestrel does not begin a request whose client has gone before.
            await Calls.NextBegunAsync();
            socket.Shutdown(SocketShutdown.Send);
        }

        return RawResponse.Parse(await ReadToEndAsync(socket));
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, _port);
        return socket;
    }

    /// <summary>Reads one response with a length; the connection may stay open.</summary>
    public static async Task<RawResponse> ReadResponseAsync(Socket socket)
    {
        var received = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer);
            received.Write(buffer, 0, count);
            var response = RawResponse.Parse(received.ToArray());
            if (count == 0 || (response.Status > 0 && response.Body.Length >= int.Parse(response["Content-Length"], CultureInfo.InvariantCulture)))
            {
                return response;
            }
        }
    }

    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        var received = new MemoryStream();
        var buffer = new byte[64 << 10];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer)) > 0)
            {
                received.Write(buffer, 0, count);
            }
        }
        catch (SocketException)
        {
            // The server has closed the connection while the client was sending: what arrived before counts.
        }

        return received.ToArray();
    }

    /// <summary>Stops the server after its last request. The store can still be used.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes)..];
            }
        }
        catch (SocketException)
        {
            // The server has answered and closed the connection.
        }
    }
}

/// <summary>The calls that a store has received, and the faults to inject.</summary>
internal sealed class RecordedCalls
{
    private readonly ConcurrentQueue<ProviderOperation> _calls = new();
    private readonly Channel<int> _ended = Channel.CreateUnbounded<int>();
    private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();

    public Func<ProviderCall, Exception?>? Fault { get; set; }

    /// <summary>Gets the status of each request, also of those whose client has gone.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>Returns the status of the first request that has ended since <see cref="ForgetStatuses"/>, when it has ended.</summary>
    public ValueTask<int> NextStatusAsync() => _ended.Reader.ReadAsync();

    public void ForgetStatuses()
    {
        while (_ended.Reader.TryRead(out _))
        {
        }
    }

    /// <summary>Returns when a request has begun since <see cref="ForgetBegun"/>.</summary>
    public ValueTask<bool> NextBegunAsync() => _begun.Reader.ReadAsync();

    public void ForgetBegun()
    {
        while (_begun.Reader.TryRead(out _))
        {
        }
    }

    public void Begin() => _begun.Writer.TryWrite(true);

    public void End(int status)
    {
        Statuses.Enqueue(status);
        _ended.Writer.TryWrite(status);
    }

    /// <summary>Returns the operations since the last call, except those of documents.</summary>
    public IReadOnlyList<ProviderOperation> Take()
    {
        var calls = new List<ProviderOperation>();
        while (_calls.TryDequeue(out var operation))
        {
            calls.Add(operation);
        }

        return calls;
    }

    public Exception? Record(ProviderCall call)
    {
        if (!call.HasTakenEffect && call.Operation is ProviderOperation.Put or ProviderOperation.OpenRead or ProviderOperation.GetInfo or ProviderOperation.Delete)
        {
            _calls.Enqueue(call.Operation);
        }

        return Fault?.Invoke(call);
    }
}
