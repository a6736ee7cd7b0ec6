namespace ImageStorage.Tool.Output;

/// <summary>For pipes: an image a line, fields between tabs, nothing else.</summary>
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
            console.Note("No images.");
        }
        else if (more)
        {
            console.Note($"{Quantity.Count(count, "image")}; there are more: raise --limit.");
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
