namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>Counts the moments before and after each call of either part, and injects a fault at one of them.</summary>
internal sealed class Moments
{
    private int _count;

    /// <summary>What has happened so far, such as <c>content.Put done</c>.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Called at each moment with its number, from 0, and its name; throws what the call is to throw.</summary>
    public Action<int, string>? Reached { get; set; }

    public int Count => _count;

    public async Task<T> RunAsync<T>(string call, Func<Task<T>> operation)
    {
        Reach($"{call} asked");
        var result = await operation();
        try
        {
            Reach($"{call} done");
            return result;
        }
        catch when (result is IDisposable opened)
        {
            opened.Dispose();
            throw;
        }
    }

    private void Reach(string name)
    {
        Names.Add(name);
        Reached?.Invoke(_count++, name);
    }
}
