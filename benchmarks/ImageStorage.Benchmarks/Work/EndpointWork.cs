using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;

namespace ImageStorage.Benchmarks.Work;

/// <summary>
/// One image over HTTP: by the endpoints, from the memory cache of a folder, and by the middleware for static files. Both are
/// in one Kestrel of this process. The clients are sockets that send prepared bytes and drop what they receive.
/// </summary>
internal sealed class EndpointWork : IAsyncDisposable
{
    public const int Connections = 32;

    private readonly WebApplication _app;
    private readonly Client[] _clients;
    private readonly byte[] _image;
    private readonly byte[] _file;
    private byte[] _unchangedImage = [];
    private byte[] _unchangedFile = [];

    private EndpointWork(WebApplication app)
    {
        _app = app;
        var port = new Uri(app.Urls.Single()).Port;
        _clients = [.. Enumerable.Range(0, Connections).Select(_ => new Client(port))];
        (_image, _file) = (Request("/images/image.png"), Request("/files/image.png"));
    }

    public static async Task<EndpointWork> CreateAsync(int length)
    {
        var files = WorkFolder.Current.New("endpoint-files");
        Directory.CreateDirectory(files);
        await File.WriteAllBytesAsync(Path.Join(files, "image.png"), SampleImages.OfLength(length));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddImageStorage().UseFileSystem(WorkFolder.Current.New("endpoint-store")).WithCache();
        var app = builder.Build();
        app.UseStaticFiles(new StaticFileOptions { RequestPath = "/files", FileProvider = new PhysicalFileProvider(files) });
        app.UseRouting();
        app.MapImages("/images", ImageAccess.Open);
        await app.StartAsync();
        await app.Services.GetRequiredService<IImageStorage>().SaveBytesAsync("image.png", SampleImages.OfLength(length));
        var work = new EndpointWork(app);
        work._unchangedImage = Request("/images/image.png", await work._clients[0].ETagOfAsync(work._image));
        work._unchangedFile = Request("/files/image.png", await work._clients[0].ETagOfAsync(work._file));
        return work;
    }

    public Task GetImageAsync(int count) => SendAsync(_image, count);

    public Task GetFileAsync(int count) => SendAsync(_file, count);

    public Task GetUnchangedImageAsync(int count) => SendAsync(_unchangedImage, count);

    public Task GetUnchangedFileAsync(int count) => SendAsync(_unchangedFile, count);

    public async ValueTask DisposeAsync()
    {
        Array.ForEach(_clients, client => client.Dispose());
        await _app.DisposeAsync();
    }

    private Task SendAsync(byte[] request, int count) => Task.WhenAll(_clients.Select(client => client.SendAsync(request, count / Connections)));

    private static byte[] Request(string target, string? etag = null) =>
        Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\n{(etag is null ? string.Empty : $"If-None-Match: {etag}\r\n")}\r\n");

    /// <summary>One connection with one request at a time.</summary>
    private sealed class Client : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(256 << 10, pinned: true);

        public Client(int port) => _socket.Connect(IPAddress.Loopback, port);

        public async Task SendAsync(byte[] request, int count)
        {
            for (var i = 0; i < count; i++)
            {
                await _socket.SendAsync(request.AsMemory());
                await ReceiveAsync();
            }
        }

        public async Task<string> ETagOfAsync(byte[] request)
        {
            await _socket.SendAsync(request);
            var head = Encoding.ASCII.GetString(_buffer, 0, await ReceiveAsync());
            return head.Split("\r\n").Single(line => line.StartsWith("ETag: ", StringComparison.Ordinal))[6..];
        }

        public void Dispose() => _socket.Dispose();

        /// <summary>Receives one response, and returns the number of bytes of its head. Allocates nothing, or the client would be measured.</summary>
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<int> ReceiveAsync()
        {
            var received = 0;
            int head;
            do
            {
                var count = await _socket.ReceiveAsync(_buffer.AsMemory(received));
                received += count > 0 ? count : throw new InvalidOperationException("The server has closed a connection.");
            }
            while ((head = _buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8)) < 0);

            for (var left = head + 4 + BodyLength(_buffer.AsSpan(0, head)) - received; left > 0;)
            {
                left -= await _socket.ReceiveAsync(_buffer.AsMemory(head + 4, (int)Math.Min(left, _buffer.Length - head - 4)));
            }

            return head;
        }

        private static long BodyLength(ReadOnlySpan<byte> head)
        {
            if (head.StartsWith("HTTP/1.1 304"u8))
            {
                return 0;
            }

            var text = head.StartsWith("HTTP/1.1 200"u8) ? head[(head.IndexOf("Content-Length: "u8) + 16)..] : throw new InvalidOperationException("The server did not answer with the image.");
            return System.Buffers.Text.Utf8Parser.TryParse(text, out long length, out _) ? length : throw new InvalidOperationException("The response has no length.");
        }
    }
}
