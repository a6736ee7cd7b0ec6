using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

public sealed class ScanService([FromKeyedServices("scans")] IImageStorage scans)
{
    public Task<ImageInfo> AddAsync(Stream scan) => scans.SaveAsync(ImageKey.New("inbox"), scan);
}
