using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Cache;

/// <summary>
/// Kills processes at random moments while they fill a cache folder, in two of three rounds two processes, the second after the
/// first. All rounds use the same folder, so that damage would accumulate. After the kills, the folder must be within its
/// budget. The next start must serve only right bytes of acknowledged or newer versions, and reclaim all staged files.
/// </summary>
internal sealed class CacheCampaign(CampaignOptions options)
{
    private const int WholeRun = 100;
    private const int ReportEvery = 20;
    private const int MostSaves = 40;
    private const int MostSpinMicroseconds = 3_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Evidence _evidence = new(options, "cache");
    private readonly long[] _acknowledged = new long[CachedStore.Keys];
    private long _kills;
    private long _saves;
    private long _hits;
    private long _evictions;
    private int _staged;

    private string StoreFolder => Path.Join(_evidence.Folder, "store");

    private string CacheFolder => Path.Join(_evidence.Folder, "cached");

    private string ExpectedFile => Path.Join(_evidence.Folder, "expected");

    public CampaignResult Run()
    {
        var rounds = options.Rounds ?? WholeRun;
        var start = Stopwatch.GetTimestamp();
        for (var number = 0; number < rounds; number++)
        {
            var violations = RunRound(number, out var lines);
            if (violations.Count > 0)
            {
                _evidence.Keep(string.Create(CultureInfo.InvariantCulture, $"round{number}"), [.. violations, .. lines]);
                return new CampaignResult("cache", Verdict.Failed, $"round {number} of {rounds}: {Evidence.Summarize(violations)}");
            }

            if ((number + 1) % ReportEvery == 0)
            {
                Console.WriteLine($"cache: {number + 1} of {rounds} rounds, {Summary(start)}");
            }
        }

        _evidence.Remove();
        return new CampaignResult("cache", Verdict.Passed, $"{rounds} rounds, {Summary(start)}");
    }

    private string Summary(long start) =>
        $"{_kills} kills, {_saves} saves, {_hits} hits on disk, {_evictions} evictions, {_staged} staged files of dead processes reclaimed, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s";

    private List<string> RunRound(int number, out List<string> lines)
    {
        var random = new Random(Seeds.Of(options.Seed, number));
        File.WriteAllLines(ExpectedFile, _acknowledged.Select(version => version.ToString(CultureInfo.InvariantCulture)));
        var reached = new int[2];
        var workers = Enumerable.Range(0, number % 3 == 0 ? 1 : 2).Select(worker => new WorkerProcess(
            new WorkerOptions { Store = StoreFolder, Cache = CacheFolder, Script = ExpectedFile, Seed = options.Seed, Round = number, Writers = [worker] },
            (line, _) => Interlocked.Add(ref reached[worker], line.StartsWith("ack", StringComparison.Ordinal) ? 1 : 0))).ToList();
        var violations = new List<string>();
        try
        {
            workers.ForEach(worker => worker.Go());

            // Some processes are killed while they open the folder.
            var goal = random.Next(8) == 0 ? 0 : random.Next(1, MostSaves);
            foreach (var index in Enumerable.Range(0, workers.Count).OrderBy(_ => random.Next()))
            {
                WaitFor(() => Volatile.Read(ref reached[index]) >= goal, violations);
                Spin(random.Next(MostSpinMicroseconds));
                workers[index].Kill();
                _kills++;
                if (!workers[index].WaitForEnd(Patience))
                {
                    violations.Add("a worker did not end when it was killed");
                }

                // The second process continues with the files that the dead process has left.
                goal = Volatile.Read(ref reached[1 - index]) + random.Next(1, MostSaves / 2);
            }
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }

        lines = [.. workers.SelectMany(worker => worker.Lines)];
        violations.AddRange(lines.Where(line => line.StartsWith("fault", StringComparison.Ordinal)));
        workers.ForEach(worker => Apply(worker.Lines));
        CheckFolder(violations);
        CheckStartAsync(number, random, violations).GetAwaiter().GetResult();
        return violations;
    }

    private void Apply(IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Where(line => line.StartsWith("ack ", StringComparison.Ordinal)))
        {
            var fields = line.Split(' ');
            _acknowledged[int.Parse(fields[1], CultureInfo.InvariantCulture)] = long.Parse(fields[2], CultureInfo.InvariantCulture);
            _saves++;
        }

        if (lines.LastOrDefault(line => line.StartsWith("read ", StringComparison.Ordinal)) is { } last)
        {
            var fields = last.Split(' ');
            _hits += long.Parse(fields[1], CultureInfo.InvariantCulture);
            _evictions += long.Parse(fields[2], CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Checks the budget by the files alone, with the charges of docs/design/caching.md.</summary>
    private void CheckFolder(List<string> violations)
    {
        const long Fixed = 32 << 10;
        const long Block = 4 << 10;
        const long Name = 128;
        var files = Files("entries").Concat(Staged()).ToList();
        var bytes = Fixed + files.Sum(file => ((new FileInfo(file).Length + Block - 1) / Block * Block) + Name);
        _staged += Staged().Count();
        if (bytes > CachedStore.DiskLimit)
        {
            violations.Add($"the cache folder has {bytes} bytes, and its budget is {CachedStore.DiskLimit}");
        }
    }

    private async Task CheckStartAsync(int number, Random random, List<string> violations)
    {
        using var store = new CachedStore(StoreFolder, CacheFolder);
        for (var key = 0; key < CachedStore.Keys; key++)
        {
            var (version, violation) = await store.ReadAsync(key, random);
            if (violation is not null || version < _acknowledged[key])
            {
                violations.Add(violation ?? $"after the restart image {key} was read in version {version}, and {_acknowledged[key]} was acknowledged");
            }
        }

        // The miss makes sure that the folder has been counted.
        var probe = new ImageKey(string.Create(CultureInfo.InvariantCulture, $"probe/{number}.png"));
        await store.Images.SaveBytesAsync(probe, SelfDescribing.Image("0~50000", probe.Value));
        await store.Images.GetBytesAsync(probe);
        await store.Images.DeleteAsync(probe);
        violations.AddRange(Staged().Select(file => $"{Path.GetFileName(file)} of a dead process is still staged"));
        var disk = store.Cache.GetStatistics().Disk!;
        if (disk.Damaged + disk.Faults > 0)
        {
            violations.Add($"after the restart the cache found {disk.Damaged} damaged entries, and failed {disk.Faults} times");
        }
    }

    private IEnumerable<string> Staged() => Files("staging").Where(file => Path.GetFileName(file) != "ledger" && !file.EndsWith(".owner", StringComparison.Ordinal));

    private string[] Files(string part) => Directory.Exists(Path.Join(CacheFolder, part)) ? Directory.GetFiles(Path.Join(CacheFolder, part)) : [];

    private static void WaitFor(Func<bool> isReached, List<string> violations)
    {
        for (var start = Stopwatch.GetTimestamp(); !isReached(); Thread.Yield())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                violations.Add($"a worker saved too little in {Patience.TotalSeconds} s: it hangs");
                return;
            }
        }
    }

    /// <summary>Waits for a moment that is too short and exact for a timer, so that the kill happens anywhere.</summary>
    private static void Spin(int microseconds)
    {
        var length = TimeSpan.FromMicroseconds(microseconds);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < length;)
        {
            Thread.SpinWait(20);
        }
    }
}
