using System.Globalization;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Sweep;

/// <summary>The store at the start of a script, created once and copied for every run.</summary>
internal sealed class ScriptedStore
{
    // At most a second on an idle machine; this machine may be busy.
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(5);
    private readonly StoreKind _kind;
    private readonly Script _script;
    private readonly Expectations _expected = new();

    public ScriptedStore(StoreKind kind, Script script, string folder)
    {
        _kind = kind;
        _script = script;
        Folder = folder;
        Directory.CreateDirectory(folder);
        using var lines = new MemoryStream();
        using (var store = new OpenStore(kind.UriIn(folder)))
        {
            var runner = new OperationRunner(store, new AckLog(lines));
            foreach (var operation in script.Preparation)
            {
                runner.RunAsync(operation).GetAwaiter().GetResult();
            }
        }

        _expected.Apply(new WorkerLog(System.Text.Encoding.UTF8.GetString(lines.ToArray()).Split('\n')));
    }

    public string Folder { get; }

    /// <summary>Returns the permitted states of the store, to apply operations to.</summary>
    public Expectations Expected() => _expected.Clone();

    public string UriOf(string copy) => _kind.UriIn(copy);

    /// <summary>Copies the store into a new folder.</summary>
    public string CopyTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var directory in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Join(folder, Path.GetRelativePath(Folder, directory)));
        }

        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Join(folder, Path.GetRelativePath(Folder, file)));
        }

        return folder;
    }

    /// <summary>Runs the script on a store to its end. Returns the worker with all its lines.</summary>
    public WorkerProcess RunScript(string copy, IReadOnlyList<string> front)
    {
        var worker = new WorkerProcess(new WorkerOptions { Store = UriOf(copy), Script = _script.Name }, null, front);
        worker.Go();
        if (!worker.WaitForEnd(MostTime))
        {
            worker.Dispose();
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"The worker on {copy} did not come to an end in {MostTime.TotalSeconds} s; it said: {string.Join(" | ", worker.Lines)}"));
        }

        return worker;
    }
}
