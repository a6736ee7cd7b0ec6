using System.Globalization;

namespace ImageStorage.Benchmarks.Shared;

/// <summary>
/// The folder under which everything is measured: each store and each raw baseline gets a fresh folder in it, and
/// nothing is deleted before the program ends. (ext4 without a journal skips inodes that were freed in the last
/// minutes, so the creation of a file near deleted files takes ten times as long.)
/// </summary>
internal sealed class WorkFolder : IDisposable
{
    private static WorkFolder? _current;
    private readonly bool _keep;
    private int _count;

    private WorkFolder(string path, bool keep)
    {
        Path = path;
        _keep = keep;
        Directory.CreateDirectory(path);
    }

    /// <summary>
    /// Gets the folder of this run. BenchmarkDotNet creates its classes itself, so the folder cannot be a constructor
    /// argument.
    /// </summary>
    public static WorkFolder Current => _current ?? throw new InvalidOperationException("No work folder is open.");

    public string Path { get; }

    /// <summary>
    /// Creates the work folder of this run in <paramref name="parent"/>, or in BenchmarkDotNet.Artifacts of the current
    /// folder.
    /// </summary>
    public static WorkFolder Open(string? parent, bool keep)
    {
        parent ??= System.IO.Path.Combine(Environment.CurrentDirectory, "BenchmarkDotNet.Artifacts");
        var name = string.Create(CultureInfo.InvariantCulture, $"work-{DateTime.Now:yyyyMMdd-HHmmss}-{Environment.ProcessId}");
        return _current = new WorkFolder(System.IO.Path.GetFullPath(System.IO.Path.Combine(parent, name)), keep);
    }

    /// <summary>Creates a folder.</summary>
    public string New(string name)
    {
        var number = Interlocked.Increment(ref _count);
        return Directory.CreateDirectory(System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{number:d3}-{name}"))).FullName;
    }

    public void Dispose()
    {
        if (_keep)
        {
            Console.Error.WriteLine($"Left {Path}");
            return;
        }

        Console.Error.WriteLine($"Deleting {Path}. Wait some minutes before the next run, see benchmarks/README.md.");
        Directory.Delete(Path, recursive: true);
    }
}
