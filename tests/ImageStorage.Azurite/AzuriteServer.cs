using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ImageStorage.Azurite;

/// <summary>
/// A running Azurite (the blob service only) on a free port of the loopback interface, with a temporary folder. Tests
/// of a process may share one server (<see cref="SharedAsync"/>), each test with a container of its own.
/// </summary>
/// <remarks>
/// Azurite loses acknowledged blobs when killed. The server is therefore stopped by closing its standard input, which
/// also happens when this process ends. Use a <see cref="LoopbackProxy"/> to break connections.
/// </remarks>
public sealed class AzuriteServer : IAsyncDisposable
{
    /// <summary>The account of every Azurite.</summary>
    public const string AccountName = "devstoreaccount1";

    /// <summary>The published key of the account: not secret, but treated as a secret in tests.</summary>
    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const string ReadyMark = "successfully listens on http://127.0.0.1:";
    private static readonly TimeSpan MostStartTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostStopTime = TimeSpan.FromSeconds(20);
    private static readonly Lock SharedGate = new();
    private static Task<AzuriteServer>? _shared;

    private readonly Process _process;
    private readonly DirectoryInfo _data;

    private AzuriteServer(Process process, DirectoryInfo data, int port)
    {
        _process = process;
        _data = data;
        Port = port;
    }

    /// <summary>Gets the port on the loopback interface.</summary>
    public int Port { get; }

    /// <summary>Gets the address of the blob service, including the account.</summary>
    public Uri Endpoint => EndpointOf(Port);

    /// <summary>Gets the connection string of the server.</summary>
    public string ConnectionString => ConnectionStringOf(Port);

    /// <summary>Returns the address of the blob service through a port, such as the port of a proxy.</summary>
    public static Uri EndpointOf(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{AccountName}"));

    /// <summary>Returns a connection string through a port.</summary>
    /// <param name="port">The port of the server or of a proxy.</param>
    /// <param name="accountKey">A wrong key; null for the correct key.</param>
    public static string ConnectionStringOf(int port, string? accountKey = null) =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={accountKey ?? AccountKey};BlobEndpoint={EndpointOf(port)};";

    /// <summary>
    /// Returns the shared server of this process, started by the first call. A failed start is not repeated. Stop the
    /// server with <see cref="StopSharedAsync"/>.
    /// </summary>
    /// <exception cref="AzuriteUnavailableException">Azurite cannot run on this machine.</exception>
    public static Task<AzuriteServer> SharedAsync()
    {
        lock (SharedGate)
        {
            return _shared ??= StartAsync();
        }
    }

    /// <summary>Stops the shared server if it was started.</summary>
    public static async Task StopSharedAsync()
    {
        Task<AzuriteServer>? shared;
        lock (SharedGate)
        {
            (shared, _shared) = (_shared, null);
        }

        if (shared is { IsCompletedSuccessfully: true })
        {
            await (await shared.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts a server, and waits until it answers.</summary>
    /// <exception cref="AzuriteUnavailableException">Azurite cannot run on this machine.</exception>
    public static async Task<AzuriteServer> StartAsync(CancellationToken cancellationToken = default)
    {
        var installation = await AzuriteInstallation.EnsureAsync(cancellationToken).ConfigureAwait(false);
        var data = Directory.CreateTempSubdirectory("imagestorage-azurite-");
        var process = Process.Start(new ProcessStartInfo("node", [
            Path.Join(installation.Folder, "host.js"),
            "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--silent", "--disableTelemetry"])
        {
            WorkingDirectory = data.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var port = await PortOf(process).WaitAsync(MostStartTime, cancellationToken).ConfigureAwait(false);
            return new AzuriteServer(process, data, port);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            data.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Stops the server and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(MostStopTime);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // An open connection of a test delays the stop; the data are discarded in any case.
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _process.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>Reads the output of the process until its end, because a full pipe would block the process.</summary>
    /// <returns>The port in the output.</returns>
    private static Task<int> PortOf(Process process)
    {
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new ConcurrentQueue<string>();
        void Read(string? line)
        {
            var mark = line?.IndexOf(ReadyMark, StringComparison.Ordinal) ?? -1;
            if (mark >= 0)
            {
                port.TrySetResult(int.Parse(line.AsSpan(mark + ReadyMark.Length).TrimEnd('/'), CultureInfo.InvariantCulture));
            }
            else if (line is not null && !port.Task.IsCompleted)
            {
                seen.Enqueue(line);
            }
        }

        process.OutputDataReceived += (_, data) => Read(data.Data);
        process.ErrorDataReceived += (_, data) => Read(data.Data);
        process.Exited += (_, _) => port.TrySetException(new AzuriteUnavailableException($"Azurite ended before it answered: {string.Join(' ', seen)}"));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return port.Task;
    }
}
