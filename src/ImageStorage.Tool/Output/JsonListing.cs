namespace ImageStorage.Tool.Output;

/// <summary>Prints a JSON array of images.</summary>
internal sealed class JsonListing : IImageListing
{
    private readonly JsonOutput _json;

    public JsonListing(ToolConsole console)
    {
        _json = new JsonOutput(console);
        _json.Writer.WriteStartArray();
    }

    public void Add(IReadOnlyList<ImageInfo> images)
    {
        foreach (var info in images)
        {
            ImageJson.Write(_json.Writer, info);
            _json.Flush();
        }
    }

    public Task CompleteAsync(long count, bool more, CancellationToken cancellationToken)
    {
        _json.Writer.WriteEndArray();
        return _json.CompleteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();
}
