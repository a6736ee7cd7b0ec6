using BenchmarkDotNet.Attributes;
using ImageStorage.Benchmarks.Shared;
using ImageStorage.Benchmarks.Work;

namespace ImageStorage.Benchmarks.Suites;

/// <summary>
/// Measures the allocations of an image of 50 MB. The maximum size of the heap is a row of <c>goals</c>.
/// </summary>
[IterationCount(8)]
[WarmupCount(2)]
public class LargestBenchmarks
{
    private LargestWork _work = null!;
    private RawFiles _raw = null!;
    private byte[] _image = [];

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _work = new LargestWork();
        _raw = new RawFiles(WorkFolder.Current.New("raw-largest"));
        _image = ImageStorage.Testing.SampleImages.OfLength(ImageSizes.Largest);
        await _work.SaveAsync(1);
        await _work.ReadAsync(1);
    }

    [GlobalCleanup]
    public void Cleanup() => _work.Dispose();

    [Benchmark(Baseline = true)]
    public void Raw_rename() => _raw.Save(_image, durable: false);

    [Benchmark]
    public Task Save() => _work.SaveAsync(1);

    [Benchmark]
    public Task Read() => _work.ReadAsync(1);
}
