using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace ImageStorage.Azurite;

/// <summary>
/// The installation of Azurite that the lock file of this folder pins. Installed in this folder at the first use.
/// </summary>
internal sealed class AzuriteInstallation
{
    private const int LeastNodeVersion = 20;
    private const string StampName = ".imagestorage-installed";

    // npm installs a few hundred packages over a slow network; a second test process waits for the first.
    private static readonly TimeSpan MostInstallTime = TimeSpan.FromMinutes(10);

    private AzuriteInstallation(string folder) => Folder = folder;

    /// <summary>Gets the folder of <c>package.json</c> and <c>host.js</c>.</summary>
    public string Folder { get; }

    /// <summary>
    /// Finds the installation, and installs missing packages. Safe for several processes; one of them installs.
    /// </summary>
    /// <exception cref="AzuriteUnavailableException">
    /// Node.js or npm is missing or too old, or the installation failed.
    /// </exception>
    public static async Task<AzuriteInstallation> EnsureAsync(CancellationToken cancellationToken)
    {
        var folder = Find(AppContext.BaseDirectory) ?? Find(Path.GetDirectoryName(ThisFile()))
            ?? throw new AzuriteUnavailableException("The folder tests/ImageStorage.Azurite is not found above the test assembly: run the tests from a checkout.");
        await CheckNodeAsync(cancellationToken).ConfigureAwait(false);
        var wanted = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Join(folder, "package-lock.json"), cancellationToken).ConfigureAwait(false)));
        if (!IsInstalled(folder, wanted))
        {
            await using var turn = await TakeTurnAsync(folder, cancellationToken).ConfigureAwait(false);
            if (!IsInstalled(folder, wanted))
            {
                await InstallAsync(folder, cancellationToken).ConfigureAwait(false);
                await File.WriteAllTextAsync(StampOf(folder), wanted, cancellationToken).ConfigureAwait(false);
            }
        }

        return new AzuriteInstallation(folder);
    }

    private static string StampOf(string folder) => Path.Join(folder, "node_modules", StampName);

    private static bool IsInstalled(string folder, string wanted) => File.Exists(StampOf(folder)) && File.ReadAllText(StampOf(folder)) == wanted;

    private static async Task CheckNodeAsync(CancellationToken cancellationToken)
    {
        var (code, output) = await RunAsync("node", ["--version"], Path.GetTempPath(), cancellationToken).ConfigureAwait(false);
        var isVersion = int.TryParse(output.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major);
        if (code != 0 || !isVersion || major < LeastNodeVersion)
        {
            throw new AzuriteUnavailableException($"Node.js {LeastNodeVersion} or later is needed to run Azurite; 'node --version' says: {output.Trim()}");
        }
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        // On Windows, npm is a script that needs a shell.
        var (file, front) = OperatingSystem.IsWindows() ? ("cmd.exe", new[] { "/c", "npm" }) : ("npm", []);
        var (code, output) = await RunAsync(file, [.. front, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, cancellationToken).ConfigureAwait(false);
        if (code != 0)
        {
            throw new AzuriteUnavailableException($"'npm ci' in tests/ImageStorage.Azurite failed with exit code {code}: {output.Trim()}");
        }
    }

    /// <summary>Acquires the lock of the installation; a second process waits for the first.</summary>
    private static async Task<FileStream> TakeTurnAsync(string folder, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MostInstallTime);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            try
            {
                return new FileStream(Path.Join(folder, ".install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception)
            {
                try
                {
                    await timer.WaitForNextTickAsync(limit.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new AzuriteUnavailableException("Another process has been installing Azurite for ten minutes: end it, or remove tests/ImageStorage.Azurite/.install.lock.", exception);
                }
            }
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(string file, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new AzuriteUnavailableException($"Azurite needs Node.js {LeastNodeVersion} or later with npm, but '{file}' cannot be started ({exception.Message}): install Node.js.", exception);
        }

        using (process)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(MostInstallTime);
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            try
            {
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return (process.ExitCode, await output.ConfigureAwait(false) + await error.ConfigureAwait(false));
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static string? Find(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            foreach (var candidate in new[] { folder, Path.Join(folder, "tests", "ImageStorage.Azurite") })
            {
                if (File.Exists(Path.Join(candidate, "host.js")) && File.Exists(Path.Join(candidate, "package-lock.json")))
                {
                    return candidate;
                }
            }
        }

        return null;
    }
}
