using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace ImageStorage.Tests.Caching.Redis;

/// <summary>
/// A running Redis on a free port of the loopback interface, without persistence. A test that needs a server is skipped
/// where <c>redis-server</c> is not installed, and fails in CI. The server also ends when this process dies: a shell
/// ends the server when its standard input is closed.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private const string ReadyMark = "Ready to accept connections";
    private const string TakenMark = "Address already in use";
    private const string Keeper = "\"$@\" & server=$!; cat > /dev/null; kill $server; wait $server";
    private const int MaxAttempts = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder;
    private Process _process;

    private RedisServer(Process process, DirectoryInfo folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <summary>
    /// The settings of a client. Without a connection a call fails at once, so that no test waits for a timeout.
    /// </summary>
    public ConfigurationOptions Client => ClientOf(Port);

    public static ConfigurationOptions ClientOf(int port) => new()
    {
        EndPoints = { { IPAddress.Loopback, port } },
        BacklogPolicy = BacklogPolicy.FailFast,
        ConnectRetry = 1,
        ReconnectRetryPolicy = new LinearRetry(50),
    };

    /// <summary>Starts a server.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        SkipWithoutServer();
        var folder = Directory.CreateTempSubdirectory("imagestorage-redis-");
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var port = FreePort();
            if (await TryStartAsync(port, folder) is { } process)
            {
                return new RedisServer(process, folder, port);
            }
        }

        throw new InvalidOperationException($"{Program} found no free port in {MaxAttempts} attempts.");
    }

    /// <summary>A port without a listener.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a server on a free port, such as the port of a stopped server.</summary>
    public static async Task<RedisServer> StartAsync(int port)
    {
        SkipWithoutServer();
        var folder = Directory.CreateTempSubdirectory("imagestorage-redis-");
        return new RedisServer(await TryStartAsync(port, folder) ?? throw new InvalidOperationException($"Port {port} is taken."), folder, port);
    }

    /// <summary>Kills the server, like a crash.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Starts the server again on the same port, empty.</summary>
    public async Task RestartAsync() => _process = await TryStartAsync(Port, _folder) ?? throw new InvalidOperationException($"Port {Port} was taken meanwhile.");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync();
        }

        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void SkipWithoutServer()
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, Program)));
        if (!isThere || OperatingSystem.IsWindows())
        {
            const string Reason = $"{Program} is not installed: install Redis (the package {Program} of Debian and Ubuntu) to run this test.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Reason);
            }

            Assert.Ignore(Reason);
        }
    }

    private static async Task<Process?> TryStartAsync(int port, DirectoryInfo folder)
    {
        string[] server = [Program, "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", string.Empty, "--appendonly", "no", "--dir", folder.FullName];
        var process = Process.Start(new ProcessStartInfo("sh", ["-c", Keeper, "sh", .. server]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = new List<string>();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            output.Add(line);
            if (line.Contains(ReadyMark, StringComparison.Ordinal))
            {
                // The server must not block on a full pipe.
                _ = process.StandardOutput.ReadToEndAsync();
                return process;
            }

            if (line.Contains(TakenMark, StringComparison.Ordinal))
            {
                process.StandardInput.Close();
                await process.WaitForExitAsync();
                process.Dispose();
                return null;
            }
        }

        throw new InvalidOperationException($"{Program} ended before it was ready: {string.Join(Environment.NewLine, output)}");
    }
}
