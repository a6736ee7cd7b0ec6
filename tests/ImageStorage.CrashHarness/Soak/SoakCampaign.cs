using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Checking;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Soak;

/// <summary>
/// Lets eight threads of one process work on one store for minutes: five that save, overwrite, update and delete, and
/// three that read and check every byte. No process is killed. At the end the store must contain exactly the
/// acknowledged state.
/// </summary>
internal sealed class SoakCampaign(CampaignOptions options)
{
    private const int Writers = 5;
    private const int Readers = 3;
    private const int ActsARound = 200;
    private readonly Evidence _evidence = new(options, "soak");
    private readonly StoreKind _kind = StoreKinds.Find(options.Store);
    private readonly List<string> _violations = [];
    private readonly MemoryStream _lines = new();
    private long _reads;
    private long _end;

    public CampaignResult Run()
    {
        var start = Stopwatch.GetTimestamp();
        _end = start + (options.Minutes * 60 * Stopwatch.Frequency);
        var uri = _kind.UriIn(_evidence.Folder);
        using (var store = new OpenStore(uri))
        {
            var log = new AckLog(_lines);
            var threads = Enumerable.Range(0, Writers).Select(writer => Start($"writer {writer}", log, () => WriteAsync(store, log, writer, uri)))
                .Concat(Enumerable.Range(0, Readers).Select(reader => Start($"reader {reader}", log, () => ReadAsync(store, new Random(Seeds.Of(options.Seed, reader)))))).ToList();
            threads.ForEach(thread => thread.Join());
        }

        var worker = new WorkerLog(System.Text.Encoding.UTF8.GetString(_lines.GetBuffer(), 0, (int)_lines.Length).Split('\n'));
        var expected = new Expectations();
        expected.Apply(worker);
        _violations.AddRange(worker.Faults);
        _violations.AddRange(worker.Failures);
        _violations.AddRange(new StoreCheck(uri, expected).RunAsync().GetAwaiter().GetResult());
        if (_violations.Count > 0)
        {
            _evidence.Keep("soak", _violations);
            return new CampaignResult("soak", Verdict.Failed, Evidence.Summarize(_violations));
        }

        _evidence.Remove();
        return new CampaignResult("soak", Verdict.Passed, string.Create(CultureInfo.InvariantCulture, $"{Writers + Readers} threads, {worker.Acknowledged} operations and {_reads} reads, all sound, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s"));
    }

    private bool IsOver => Stopwatch.GetTimestamp() >= _end;

    private static Thread Start(string name, AckLog log, Func<Task> operation)
    {
        var thread = new Thread(() =>
        {
            try
            {
                operation().GetAwaiter().GetResult();
            }
            catch (Exception exception)
            {
                // The boundary of the thread: the campaign must see it.
                log.Fault(name, exception);
            }
        });
        thread.Start();
        return thread;
    }

    private async Task WriteAsync(OpenStore store, AckLog log, int writer, string uri)
    {
        for (var round = 0; !IsOver; round++)
        {
            await new RandomWriter(store, log, new WorkerOptions { Store = uri, Seed = options.Seed, Round = round, Operations = ActsARound }, writer, gate: null).RunAsync();
        }
    }

    private async Task ReadAsync(OpenStore store, Random random)
    {
        while (!IsOver)
        {
            var keys = SharedNames.KeysOf(random.Next(Writers));
            var key = keys[random.Next(keys.Count)];
            await using var image = await store.Images.GetAsync(key);
            if (image is null)
            {
                continue;
            }

            using var bytes = new MemoryStream();
            await image.Content.CopyToAsync(bytes);
            Interlocked.Increment(ref _reads);
            var content = image.Info.Metadata.GetValueOrDefault(SelfDescribing.ContentName, "none");
            if (!bytes.GetBuffer().AsSpan(0, (int)bytes.Length).SequenceEqual(SelfDescribing.Image(content, image.Info.Metadata.GetValueOrDefault(SelfDescribing.KeyName, key))))
            {
                lock (_violations)
                {
                    _violations.Add($"image '{key}' was read with other bytes than those of {content}, as its record says");
                }
            }
        }
    }
}
