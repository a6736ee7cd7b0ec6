using System.Globalization;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Cache;

/// <summary>
/// The child process of the cache campaign. The process first reads every image, which must be at least as new as the version
/// acknowledged before the start. Then one thread saves the images of this process, and three threads read all images: those
/// of this process at least as new as acknowledged, and all images with the right bytes.
/// </summary>
internal sealed class CacheWorker(WorkerOptions options, AckLog log)
{
    private const int Readers = 3;
    private const int ReadsALine = 50;
    private readonly CachedStore _store = new(options.Store, options.Cache!);
    private readonly long[] _least = [.. File.ReadAllLines(options.Script!).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
    private int _reads;

    private int Number => options.Writers[0];

    public void Start()
    {
        Run("start", StartAsync);
        Run("writer", WriteAsync);
        for (var reader = 0; reader < Readers; reader++)
        {
            var seed = Seeds.Of(options.Seed, options.Round, Number, reader);
            Run("reader", () => ReadAsync(new Random(seed)));
        }
    }

    private void Run(string name, Func<Task> work)
    {
        var thread = new Thread(() =>
        {
            try
            {
                work().GetAwaiter().GetResult();
            }
            catch (Exception exception)
            {
                // The boundary of the thread: the parent must see it.
                log.Fault(name, exception);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        if (name == "start")
        {
            thread.Join();
        }
    }

    private async Task StartAsync()
    {
        var random = new Random(Seeds.Of(options.Seed, options.Round, Number));
        for (var key = 0; key < CachedStore.Keys; key++)
        {
            await CheckAsync(key, random);
        }
    }

    private async Task WriteAsync()
    {
        var random = new Random(Seeds.Of(options.Seed, options.Round, Number, Readers));

        // The write in flight at the last kill may have been stored, so its number is not used again.
        var next = _least.Max() + 100_000;
        while (true)
        {
            var key = (random.Next(CachedStore.Keys / 2) * 2) + Number;
            await _store.SaveAsync(key, ++next);
            Volatile.Write(ref _least[key], next);
            log.Write(string.Create(CultureInfo.InvariantCulture, $"ack {key} {next}"));

            // Each version is read several times.
            for (var seen = Volatile.Read(ref _reads); Volatile.Read(ref _reads) < seen + 10;)
            {
                Thread.Yield();
            }
        }
    }

    private async Task ReadAsync(Random random)
    {
        while (true)
        {
            await CheckAsync(random.Next(CachedStore.Keys), random);
            if (Interlocked.Increment(ref _reads) % ReadsALine == 0)
            {
                var disk = _store.Cache.GetStatistics().Disk!;
                log.Write(string.Create(CultureInfo.InvariantCulture, $"read {disk.Hits} {disk.Evictions} {disk.Damaged} {disk.Faults}"));
            }
        }
    }

    private async Task CheckAsync(int key, Random random)
    {
        var least = Volatile.Read(ref _least[key]);
        var (version, violation) = await _store.ReadAsync(key, random);
        if (violation is not null)
        {
            log.Write($"fault {violation}");
        }

        if (version < least)
        {
            log.Write(string.Create(CultureInfo.InvariantCulture, $"fault image {key} was read in version {version}, and {least} was acknowledged before"));
        }
    }
}
