using Microsoft.Extensions.Logging;

namespace ImageStorage.Analytics;

/// <summary>Log messages of alerts: event ids 140 to 149. Alerts contain no keys.</summary>
internal static partial class Log
{
    [LoggerMessage(140, LogLevel.Warning, "Alert {Rule} of the store '{Store}': {Message} {Remedy}")]
    public static partial void AlertRaised(ILogger logger, string rule, string store, string message, string remedy);

    [LoggerMessage(141, LogLevel.Error, "Critical alert {Rule} of the store '{Store}': {Message} {Remedy}")]
    public static partial void CriticalAlertRaised(ILogger logger, string rule, string store, string message, string remedy);

    [LoggerMessage(142, LogLevel.Information, "The alert {Rule} of the store '{Store}' is resolved: {Message}")]
    public static partial void AlertResolved(ILogger logger, string rule, string store, string message);

    [LoggerMessage(143, LogLevel.Warning, "The rule {Rule} of the alerts failed. The other rules were evaluated")]
    public static partial void RuleFailed(ILogger logger, Exception exception, string rule);

    [LoggerMessage(144, LogLevel.Warning, "The alert {Rule} could not be posted to {Host}: {Failure}. See the address and the monitoring service")]
    public static partial void PostFailed(ILogger logger, string rule, string host, string failure);

    [LoggerMessage(145, LogLevel.Warning, "{Count} alerts were not posted to {Host}, because too many were queued")]
    public static partial void AlertsDropped(ILogger logger, long count, string host);

    [LoggerMessage(146, LogLevel.Debug, "The images could not be counted for the alert of the capacity: {Failure}. They are counted again in a minute")]
    public static partial void CountFailed(ILogger logger, string failure);

    [LoggerMessage(147, LogLevel.Debug, "The figures of the store could not be evaluated. They are evaluated again in a minute")]
    public static partial void MonitorFailed(ILogger logger, Exception exception);
}
