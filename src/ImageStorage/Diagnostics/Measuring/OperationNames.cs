using System.Text.Json;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>The names of the members of an enumeration in metrics and reports, such as <c>get_info</c>.</summary>
internal static class OperationNames<TOperation>
    where TOperation : struct, Enum
{
    /// <summary>Gets the names, in the order of the members.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetNames<TOperation>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
}
