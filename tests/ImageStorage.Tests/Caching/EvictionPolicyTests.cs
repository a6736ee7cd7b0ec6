using CsCheck;
using ImageStorage.Caching.Eviction;

namespace ImageStorage.Tests.Caching;

internal sealed class EvictionPolicyTests
{
    [Test]
    public void Least_recently_used_is_exact() => Gen.Int[0, 30].Array[1, 300].Sample(
        requests =>
        {
            var trial = new PolicyTrial(new LruPolicy(), 1000);
            var model = new List<int>();
            foreach (var key in requests)
            {
                var hit = trial.Request(key, SizeOf(key));

                Assert.That(hit, Is.EqualTo(model.Remove(key)));
                model.Add(key);
                while (model.Sum(SizeOf) > 1000)
                {
                    model.RemoveAt(0);
                }
            }
        },
        threads: 1);

    [Test]
    public void Newest_node_is_never_the_victim_while_there_is_another_node() => Gen.Select(Gen.Int[0, 60], Gen.Int[1, 400]).Array[2, 300].Sample(
        requests =>
        {
            var trial = new PolicyTrial(new FrequencyPolicy(1000, new Random(1)), 1000);
            foreach (var (key, size) in requests)
            {
                trial.Request(key, size);

                Assert.That(trial.Request(key, size), Is.True, "it was dropped at once");
                Assert.That(trial.Bytes, Is.LessThanOrEqualTo(1000));
            }
        },
        threads: 1);

    [Test]
    public void Frequent_images_withstand_a_scan_only_under_Frequency()
    {
        var (frequency, lru) = (new PolicyTrial(new FrequencyPolicy(100_000, new Random(1)), 100_000), new PolicyTrial(new LruPolicy(), 100_000));
        foreach (var trial in new[] { frequency, lru })
        {
            for (var round = 0; round < 8; round++)
            {
                for (var key = 0; key < 50; key++)
                {
                    trial.Request(key, 1000);
                }
            }

            for (var key = 1000; key < 1400; key++)
            {
                trial.Request(key, 1000);
            }
        }

        Assert.That(Enumerable.Range(0, 50).Count(key => frequency.Request(key, 1000)), Is.GreaterThanOrEqualTo(48));
        Assert.That(Enumerable.Range(0, 50).Count(key => lru.Request(key, 1000)), Is.Zero);
    }

    // docs/design/caching.md has the rates of whole traces; this one is small enough for every run.
    [Test]
    public void Frequency_has_the_better_hit_rate_on_a_Zipf_trace()
    {
        const int Images = 5_000;
        var random = new Random(20261125);
        var weights = Enumerable.Range(1, Images).Select(rank => 1.0 / rank).ToArray();
        var sizes = Enumerable.Range(0, Images).Select(_ => 1000 + random.Next(400_000)).ToArray();
        var capacity = sizes.Sum(size => (long)size) / 10;
        var (frequency, lru) = (new PolicyTrial(new FrequencyPolicy(capacity, new Random(1)), capacity), new PolicyTrial(new LruPolicy(), capacity));
        foreach (var rank in Zipf(weights, random).Take(100_000))
        {
            frequency.Request(rank, sizes[rank]);
            lru.Request(rank, sizes[rank]);
        }

        TestContext.Out.WriteLine($"frequency {frequency.HitRate:p1}, least recently used {lru.HitRate:p1}");
        Assert.That(frequency.HitRate, Is.GreaterThan(lru.HitRate + 0.06));
    }

    [Test]
    public void Estimates_are_never_too_low()
    {
        var sketch = new FrequencySketch(8000);
        var random = new Random(1);
        var counts = new Dictionary<ulong, int>();
        for (var increment = 0; increment < 5_000; increment++)
        {
            var hash = (ulong)random.Next(1500) * 0x9E37_79B9_7F4A_7C15;
            counts[hash] = counts.GetValueOrDefault(hash) + 1;
            sketch.Increment(hash);
        }

        Assert.That(counts.All(counted => sketch.Estimate(counted.Key) >= Math.Min(FrequencySketch.MaxCount, counted.Value)));
        Assert.That(counts.Average(counted => sketch.Estimate(counted.Key) - Math.Min(FrequencySketch.MaxCount, counted.Value)), Is.LessThan(0.5));
        sketch.Halve();
        Assert.That(counts.All(counted => sketch.Estimate(counted.Key) >= Math.Min(FrequencySketch.MaxCount, counted.Value) / 2));
    }

    private static int SizeOf(int key) => 10 + (key * 37 % 200);

    private static IEnumerable<int> Zipf(double[] weights, Random random)
    {
        var sum = 0.0;
        var cumulated = weights.Select(weight => sum += weight).ToArray();
        while (true)
        {
            var found = Array.BinarySearch(cumulated, random.NextDouble() * sum);
            yield return Math.Min(found < 0 ? ~found : found, weights.Length - 1);
        }
    }
}
