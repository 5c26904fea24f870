// Every id the manifest knows, in one place. A test holds this against package.json.

export const commands = {
  planFeature: 'ratchet.planFeature',
  investigateFile: 'ratchet.investigateFile',
  investigateTest: 'ratchet.investigateTest',
  investigateSinceCommit: 'ratchet.investigateSinceCommit',
  investigateSinceThisCommit: 'ratchet.investigateSinceThisCommit',
  showReport: 'ratchet.showReport',
  planFix: 'ratchet.planFix',
  writeRegressionTest: 'ratchet.writeRegressionTest',
  clearFaultHeat: 'ratchet.clearFaultHeat',
  checkGates: 'ratchet.checkGates',
  createBaseline: 'ratchet.createBaseline',
  shrinkBaseline: 'ratchet.shrinkBaseline',
  showPanel: 'ratchet.showPanel',
  showTrace: 'ratchet.showTrace',
  openPanelInEditor: 'ratchet.openPanelInEditor',
  showRuns: 'ratchet.showRuns',
  approvePlan: 'ratchet.approvePlan',
  editPlan: 'ratchet.editPlan',
  revisePlan: 'ratchet.revisePlan',
  rejectPlan: 'ratchet.rejectPlan',
  openReview: 'ratchet.openReview',
  acceptHunk: 'ratchet.acceptHunk',
  rejectHunk: 'ratchet.rejectHunk',
  acceptFile: 'ratchet.acceptFile',
  rejectFile: 'ratchet.rejectFile',
  acceptAll: 'ratchet.acceptAll',
  rejectAll: 'ratchet.rejectAll',
  nextHunk: 'ratchet.nextHunk',
  previousHunk: 'ratchet.previousHunk',
  replyToHunk: 'ratchet.replyToHunk',
  showHunk: 'ratchet.showHunk',
  finishReview: 'ratchet.finishReview',
  cancelRun: 'ratchet.cancelRun',
  resumeRun: 'ratchet.resumeRun',
  replayRun: 'ratchet.replayRun',
  pauseRun: 'ratchet.pauseRun',
  continueRun: 'ratchet.continueRun',
  commentRun: 'ratchet.commentRun',
  redoStep: 'ratchet.redoStep',
  extendBudget: 'ratchet.extendBudget',
  choosePolicy: 'ratchet.choosePolicy',
  setApiKey: 'ratchet.setApiKey',
  clearApiKey: 'ratchet.clearApiKey',
  showLog: 'ratchet.showLog',
  takeRestorePoint: 'ratchet.takeRestorePoint',
  restoreWorkingCopy: 'ratchet.restoreWorkingCopy',
  acceptFinding: 'ratchet.acceptFinding',
  showRuleHistory: 'ratchet.showRuleHistory',
  explainRule: 'ratchet.explainRule',
  sendReply: 'ratchet.sendReply',
} as const;

export const contexts = {
  isReviewing: 'ratchet.isReviewing',
  isWaitingForPlan: 'ratchet.isWaitingForPlan',
  isRunning: 'ratchet.isRunning',
  isPaused: 'ratchet.isPaused',
  isOutOfBudget: 'ratchet.isOutOfBudget',
} as const;

export const panelView = 'ratchet.panel';
export const panelInEditor = 'ratchet.panelInEditor';
export const proposedScheme = 'ratchet-proposed';
export const planScheme = 'ratchet-plan';
export const reportScheme = 'ratchet-report';
export const sourceControlId = 'ratchet';
export const apiKeySecret = 'ratchet.apiKey';
