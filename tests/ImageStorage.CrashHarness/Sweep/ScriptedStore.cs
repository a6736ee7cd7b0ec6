using System.Globalization;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Sweep;

/// <summary>The store that a script starts from, made once and copied for every run.</summary>
internal sealed class ScriptedStore
{
    // A second at most on an idle machine; others may be at work on this one.
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
            var performer = new ActPerformer(store, new AckLog(lines));
            foreach (var act in script.Preparation)
            {
                performer.PerformAsync(act).GetAwaiter().GetResult();
            }
        }

        _expected.Apply(new WorkerLog(System.Text.Encoding.UTF8.GetString(lines.ToArray()).Split('\n')));
    }

    public string Folder { get; }

    /// <summary>What the store may hold, to be applied to.</summary>
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

    /// <summary>Runs the script on a store to its end; answers the worker, whose lines are complete.</summary>
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
