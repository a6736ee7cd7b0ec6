namespace ImageStorage.Tool.Output;

/// <summary>Prints one image per line, with fields separated by tabs, for pipes.</summary>
internal sealed class PlainListing(ToolConsole console) : IImageListing
{
    public void Add(IReadOnlyList<ImageInfo> images)
    {
        foreach (var info in images)
        {
            console.Out.WriteLine(ImageLine.Fields(info));
        }
    }

    public Task CompleteAsync(long count, bool more, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            console.WriteInformation("No images.");
        }
        else if (more)
        {
            console.WriteInformation($"{Quantity.Count(count, "image")}; there are more: raise --limit.");
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
