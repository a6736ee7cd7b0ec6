using System.Diagnostics;
using System.Net.Http.Headers;

namespace ImageStorage.Samples.Tests;

/// <summary>The sample as a process of its own, on a free port of the loopback interface, in a folder of its own.</summary>
internal sealed class WebApiServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly Task<string> _draining;

    public Uri Address => _client.BaseAddress!;

    private WebApiServer(Process process, Uri address)
    {
        _process = process;

        // Its further output is read and dropped, or it would wait for a full pipe.
        _draining = process.StandardOutput.ReadToEndAsync();
        _client = new HttpClient { BaseAddress = address };
    }

    public static async Task<WebApiServer> StartAsync(string folder, string environment = "Production")
    {
        var start = new ProcessStartInfo("dotnet", [Path.Join(AppContext.BaseDirectory, "WebApi.dll"), "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        var process = Process.Start(start)!;
        const string Marker = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(Marker, StringComparison.Ordinal))
            {
                return new WebApiServer(process, new Uri(line[(line.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)..]));
            }
        }

        await process.WaitForExitAsync();
        process.Dispose();
        throw new InvalidOperationException($"The sample ended with {process.ExitCode} before it listened.");
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null, string? type = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request);
    }

    public Task<HttpResponseMessage> PutAsync(string path, byte[] body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Put, path, body, null, headers);

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, null, headers);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        await _draining;
        _process.Dispose();
    }
}
