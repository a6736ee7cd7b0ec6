namespace ImageStorage.AspNetCore.Problems;

/// <summary>A request that an endpoint refuses. The message is the detail of the problem, for the client.</summary>
internal sealed class RequestRefusedException(ProblemType type, string message) : Exception(message)
{
    public ProblemType Type { get; } = type;
}
