using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ImageStorage.Azurite;

/// <summary>
/// A running Azurite (the blob service only) on a free port of the loopback interface, with a temporary folder. Everybody
/// who needs one in a process may share one: <see cref="SharedAsync"/>; give each test a container of its own.
/// </summary>
/// <remarks>
/// Azurite loses acknowledged blobs when it is killed, so it is stopped by closing its standard input, which is
/// also what happens when this process dies. To break the connection, put a <see cref="LoopbackProxy"/> in between.
/// </remarks>
public sealed class AzuriteServer : IAsyncDisposable
{
    /// <summary>The account that every Azurite has.</summary>
    public const string AccountName = "devstoreaccount1";

    /// <summary>The published key of that account; no secret, but it stands for one in tests.</summary>
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

    /// <summary>The port on the loopback interface.</summary>
    public int Port { get; }

    /// <summary>The address of the blob service, account included.</summary>
    public Uri Endpoint => EndpointOf(Port);

    /// <summary>What connects to this server.</summary>
    public string ConnectionString => ConnectionStringOf(Port);

    /// <summary>The address of the blob service behind a port that leads to it, such as that of a proxy.</summary>
    public static Uri EndpointOf(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{AccountName}"));

    /// <summary>What connects through a port that leads to a server.</summary>
    /// <param name="port">The port of the server, or of a proxy before it.</param>
    /// <param name="accountKey">Another key than the right one; null for the right one.</param>
    public static string ConnectionStringOf(int port, string? accountKey = null) =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={accountKey ?? AccountKey};BlobEndpoint={EndpointOf(port)};";

    /// <summary>The one server of this process, started the first time; a failed start is not tried again. End it with <see cref="StopSharedAsync"/>.</summary>
    /// <exception cref="AzuriteUnavailableException">It cannot be run on this machine.</exception>
    public static Task<AzuriteServer> SharedAsync()
    {
        lock (SharedGate)
        {
            return _shared ??= StartAsync();
        }
    }

    /// <summary>Ends the shared server, if one was started.</summary>
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

    /// <summary>Starts a server of one's own, and waits until it answers.</summary>
    /// <exception cref="AzuriteUnavailableException">It cannot be run on this machine.</exception>
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

    /// <summary>Ends the server and removes its folder.</summary>
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
            // A connection that a test left open keeps it waiting; what it holds is thrown away in any case.
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _process.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>Reads what the process prints, from now on and until its end, as a full pipe would stop it; answers the port that it names.</summary>
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
